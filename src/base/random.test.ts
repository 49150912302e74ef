import { expect, test } from "vitest";
import { randomBase64 } from "./random.ts";

test("a secret has the size that was asked for, and is never the same", () => {
  const secrets = Array.from({ length: 1_000 }, () => randomBase64(24));
  for (const secret of secrets) expect(Buffer.from(secret, "base64")).toHaveLength(24);
  expect(new Set(secrets).size).toBe(secrets.length);
});

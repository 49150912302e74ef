import { expect, test } from "vitest";
import { z } from "zod";
import { openJson, readableJson, sealJson } from "./sealed-json.ts";
import { createVault } from "./vault.ts";

test("sealed for one owner, it opens for no other", () => {
  const vault = createVault(["a made-up secret of more than 32 characters"]);
  const schema = z.object({ token: z.string() });
  const sealed = sealJson(vault, "agent:1", { token: "made-up" });
  expect(sealed).not.toContain("made-up");
  expect(openJson(vault, schema, "agent:1", sealed)).toEqual({ token: "made-up" });
  expect(readableJson(vault, schema, "agent:1", sealed)).toEqual({ token: "made-up" });
  expect(() => openJson(vault, schema, "agent:2", sealed)).toThrow(
    expect.objectContaining({ code: "credentials_unreadable" }),
  );
  expect(readableJson(vault, schema, "agent:2", sealed)).toBeUndefined();
});

import { expect, test } from "vitest";
import { planSchema } from "./plan-request.ts";

test("an assignment to nobody is told what it lacks", () => {
  const { error } = planSchema.safeParse({ action: "assign", selection: { all: true } });
  expect(error?.issues).toMatchObject([
    { path: ["chatbotId"], message: expect.stringContaining("Give chatbotId") },
  ]);
});

import { expect, test } from "vitest";
import { testClock } from "../base/clock.testing.ts";
import { createLogger } from "../base/log.ts";
import { inTurns } from "./delivery-turns.ts";

test("what goes wrong with one receiver keeps nobody else from their turn, and the run from ending before them", async () => {
  const receivers = Array.from({ length: 20 }, (_, index) => ({ orgId: `org_${index}` }));
  const served: string[] = [];
  await inTurns({ clock: testClock(), log: createLogger("silent") }, receivers, async ({ orgId }) => {
    if (orgId === "org_0") throw new Error("The database is gone");
    await new Promise((resolve) => setImmediate(resolve));
    served.push(orgId);
  });
  expect(served).toEqual(receivers.slice(1).map(({ orgId }) => orgId));
});

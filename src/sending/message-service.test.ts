import { afterAll, beforeAll, expect, test } from "vitest";
import { placeCall } from "./call-service.ts";
import { sendMessage } from "./message-service.ts";
import { createSendingWorld, HOLDER, PERSON, type SendingWorld } from "./sending.testing.ts";

let world: SendingWorld;
beforeAll(async () => {
  // As full as it can be: it takes nothing.
  world = await createSendingWorld({ maxWaiting: 0 });
});
afterAll(() => world.close());

const ACTOR = { orgId: HOLDER.orgId, userId: "user_1", role: "member" } as const;
const input = { phoneNumberId: HOLDER.phoneNumberId, to: PERSON };

test("a message that has been sent and cannot be recorded has been sent all the same", async () => {
  const sent = await sendMessage(world.app.deps, ACTOR, { ...input, text: "Hello" });
  expect(sent).toMatchObject({ status: "queued", agentId: "agent_1" });
  expect(world.emulator.control.snapshot().messages).toMatchObject([{ sid: sent.sid }]);
});

test("a call that has been placed and cannot be recorded has been placed all the same", async () => {
  const placed = await placeCall(world.app.deps, ACTOR, input);
  expect(placed).toMatchObject({ status: "queued", agentId: "agent_1" });
  expect(world.emulator.control.snapshot().calls).toMatchObject([{ sid: placed.sid }]);
});

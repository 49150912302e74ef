import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { FaultEffect } from "../../emulator/index.ts";
import { getMessage } from "../traffic/traffic-service.ts";
import { createReplySender } from "./reply-sender.ts";
import {
  ACCOUNT_SID,
  createSendingWorld,
  HOLDER,
  OURS,
  PERSON,
  type SendingWorld,
} from "./sending.testing.ts";

let world: SendingWorld;
let lines: Record<string, unknown>[] = [];
const log = pino({ level: "info" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
beforeAll(async () => {
  world = await createSendingWorld();
});
beforeEach(() => {
  lines = [];
  world.emulator.control.clearRequests();
});
afterAll(() => world.close());

const reply = {
  accountSid: ACCOUNT_SID,
  inReplyTo: `SM${"1".repeat(32)}`,
  from: OURS,
  to: PERSON,
  text: "Here I am",
  holder: HOLDER,
};
const sendReply = (changes: Partial<typeof reply> = {}) =>
  createReplySender({ ...world.app.deps, log })({ ...reply, ...changes });
const messages = () => world.emulator.control.snapshot().messages;
const creations = () => world.emulator.control.requests({ method: "POST" });

test("a reply goes out from the number, with our callback, and is recorded as its holder's", async () => {
  const before = messages().length;
  expect(await sendReply()).toBe("sent");
  expect(messages()).toHaveLength(before + 1);
  expect(creations()).toMatchObject([
    {
      params: {
        From: OURS,
        To: PERSON,
        Body: "Here I am",
        StatusCallback: expect.stringMatching(
          /^https:\/\/switchhook\.example\.com\/api\/twilio\/status\?sentAt=\d+#/,
        ),
      },
    },
  ]);
  expect(lines).toMatchObject([{ msg: "message.sent", orgId: "org_1", phoneNumberId: "phone_1" }]);
  const actor = { orgId: "org_1", userId: "user_1", role: "member" } as const;
  expect(await getMessage(world.app.deps, actor, String(lines[0]?.sid))).toMatchObject({
    phoneNumberId: "phone_1",
    agentId: "agent_1",
    direction: "outbound",
    segments: 1,
  });
});

test.each<[string, FaultEffect, boolean]>([
  ["does not answer", { kind: "hang" }, true],
  ["fails", { kind: "error", status: 500 }, true],
  ["refuses it", { kind: "error", status: 400, code: 21612 }, false],
])("a reply is given up, with a line in the log, when Twilio %s", async (_name, effect, mayHaveBeenSent) => {
  world.emulator.control.addFault({ method: "POST", effect });
  expect(await sendReply()).toBe("failed");
  expect(creations()).toHaveLength(1);
  expect(lines).toMatchObject([{ msg: "reply.not_sent", mayHaveBeenSent, phoneNumberId: "phone_1" }]);
});

test("a reply to somebody who has opted out is no failure of anybody's", async () => {
  world.emulator.control.addFault({ method: "POST", effect: { kind: "error", status: 400, code: 21610 } });
  expect(await sendReply()).toBe("opted_out");
  expect(lines).toMatchObject([{ level: 30, msg: "reply.opted_out", inReplyTo: reply.inReplyTo }]);
});

test.each<[string, Partial<typeof reply>]>([
  ["another organization", { holder: { ...HOLDER, orgId: "org_2" } }],
  ["another account", { accountSid: `AC${"b".repeat(32)}` }],
])("a reply is given up when the number has gone to %s", async (_name, changes) => {
  expect(await sendReply(changes)).toBe("failed");
  expect(creations()).toEqual([]);
  expect(lines).toMatchObject([{ msg: "reply.not_sent", mayHaveBeenSent: false }]);
});

test("no line of the log says a phone number or a text", async () => {
  await sendReply();
  world.emulator.control.addFault({ method: "POST", effect: { kind: "hang" } });
  await sendReply();
  expect(lines).toHaveLength(2);
  expect(JSON.stringify(lines)).not.toMatch(/\+1415|Here I am/);
});

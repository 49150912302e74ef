import { afterEach, describe, expect, test } from "vitest";
import { json, sid, startServer, testClient } from "../twilio/twilio.testing.ts";
import { createMessage, findMessages, type OutgoingMessage } from "./twilio-messages.ts";

const message: OutgoingMessage = {
  holder: { orgId: "org_1", phoneNumberId: "phone_1", agentId: "agent_1" },
  from: "+14155550100",
  to: "+14155559999",
  text: "Hello",
  mediaUrls: [],
};
const MESSAGE_SID = `SM${"1".repeat(32)}`;
/** As Twilio answers. */
const resource = {
  sid: MESSAGE_SID,
  status: "queued",
  direction: "outbound-api",
  body: "Hello",
  num_media: "0",
  num_segments: "1",
  error_code: null,
  date_created: "Sat, 10 Jan 2026 12:00:00 +0000",
};

let close = async () => {};
afterEach(() => close());

async function twilioThatAnswers(body: unknown, status = 200) {
  const server = await startServer((_request, res) => {
    if (typeof body === "string") res.writeHead(status, { "Content-Type": "text/html" }).end(body);
    else json(res, body, status);
  });
  close = server.close;
  return { server, client: testClient(server.url) };
}

test("Twilio's answer is a report of what was sent", async () => {
  const { client } = await twilioThatAnswers(resource, 201);
  expect(await createMessage(client, message, "https://example.com/status")).toEqual({
    kind: "message",
    accountSid: sid("AC"),
    sid: MESSAGE_SID,
    holder: message.holder,
    ourAddress: "+14155550100",
    direction: "outbound",
    from: "+14155550100",
    to: "+14155559999",
    channel: "sms",
    status: "queued",
    statusOrder: 20_000,
    startedAt: new Date("2026-01-10T12:00:00Z"),
    reportedAt: client.clock.now(),
    errorCode: undefined,
    segments: 1,
    mediaCount: 0,
  });
});

test.each([
  ["0", undefined],
  [null, undefined],
  ["3", 3],
])("%s segments are %s", async (num_segments, segments) => {
  const { client } = await twilioThatAnswers({ ...resource, num_segments }, 201);
  expect(await createMessage(client, message, "https://example.com/status")).toMatchObject({ segments });
});

test("an MMS is one, as in Twilio's own record, however many segments its text would have", async () => {
  const { client } = await twilioThatAnswers(
    { ...resource, sid: `MM${"1".repeat(32)}`, num_segments: "3" },
    201,
  );
  const report = await createMessage(client, message, "https://example.com/status");
  expect(report).toMatchObject({ channel: "mms", segments: 1 });
});

test.each<[string, unknown]>([
  ["a page of a proxy's", "<html>Hello</html>"],
  ["nothing in particular", {}],
  ["something else", { ...resource, sid: `CA${"1".repeat(32)}` }],
  ["a message of no time", { ...resource, date_created: null }],
])("%s is no answer to a message, though it says 200", async (_name, body) => {
  const { client, server } = await twilioThatAnswers(body);
  await expect(createMessage(client, message, "https://example.com/status")).rejects.toBeInstanceOf(Error);
  expect(server.received).toHaveLength(1);
});

describe("in Twilio's list", () => {
  const since = new Date("2026-01-10T12:00:00Z");
  const find = async (changes: object) => {
    const listed = { messages: [{ ...resource, ...changes }], page: 0, next_page_uri: null };
    const { client, server } = await twilioThatAnswers(listed);
    const found = await findMessages(client, message, since);
    return { found: found.map((report) => report.sid), server };
  };

  test("a message with the same content is found, by its numbers and not by a date", async () => {
    const { found, server } = await find({});
    expect(found).toEqual([MESSAGE_SID]);
    const query = new URL(server.received[0]?.url ?? "", "http://twilio").searchParams;
    expect(Object.fromEntries(query)).toEqual({ From: message.from, To: message.to, PageSize: "1000" });
  });

  test.each<[string, object]>([
    ["other text", { body: "Hello!" }],
    ["media", { num_media: "1" }],
    ["an earlier time", { date_created: "Sat, 10 Jan 2026 11:59:59 +0000" }],
    ["an agent's TwiML behind it", { direction: "outbound-reply" }],
    ["a call behind it", { direction: "outbound-call" }],
  ])("one with %s is another one", async (_name, changes) => {
    expect((await find(changes)).found).toEqual([]);
  });
});

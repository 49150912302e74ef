import { describe, expect, test } from "vitest";
import { inboundMessage, messageEvent, messageReport } from "./inbound-message.ts";
import type { Route } from "./route.ts";

const NOW = new Date("2026-01-01T00:00:00Z");
const SID = `SM${"1".repeat(32)}`;
const MMS_SID = `MM${"1".repeat(32)}`;
const ROUTE: Route = {
  orgId: "org_1",
  operatorOrgId: "org_1",
  phoneNumberId: "phone_1",
  phoneNumberUid: "uid_1",
  e164: "+14155550100",
  agentId: "agent_1",
  voice: { kind: "reject", reason: "busy" },
  messaging: { kind: "none" },
  webhookSecrets: undefined,
};
const SMS = {
  AccountSid: "AC1",
  MessageSid: SID,
  From: "+14155559999",
  To: "+14155550100",
  Body: "Hello?",
  NumMedia: "0",
  NumSegments: "2",
};

function reportOf(params: Record<string, string | string[]>, route: Route | undefined = ROUTE) {
  const message = inboundMessage({ ...SMS, ...params });
  if (!message) throw new Error("No message is named");
  return messageReport(message, route, NOW);
}

test("an SMS is reported with its segments, as its number's holder's", () => {
  expect(reportOf({})).toEqual({
    kind: "message",
    accountSid: "AC1",
    sid: SID,
    holder: { orgId: "org_1", phoneNumberId: "phone_1", agentId: "agent_1" },
    ourAddress: "+14155550100",
    direction: "inbound",
    channel: "sms",
    from: "+14155559999",
    to: "+14155550100",
    status: "received",
    statusOrder: 50_000,
    startedAt: NOW,
    reportedAt: NOW,
    segments: 2,
    mediaCount: 0,
  });
});

test("a message that no agent answers is reported without a holder", () => {
  const message = inboundMessage(SMS);
  expect(message && messageReport(message, undefined, NOW).holder).toBeUndefined();
});

test.each<[string, Record<string, string | string[]>, object]>([
  ["its SID makes it an MMS", { MessageSid: MMS_SID, NumMedia: "2" }, { channel: "mms", mediaCount: 2 }],
  [
    "its SID makes it an MMS, as in Twilio's own record, media or not, which is one whatever its text",
    { MessageSid: MMS_SID, NumMedia: "0", NumSegments: "3" },
    { channel: "mms", segments: 1 },
  ],
  ["segments that are not known yet", { NumSegments: "0" }, { segments: undefined }],
  [
    "an address makes it WhatsApp, media or not",
    { To: "whatsapp:+14155550100", From: "whatsapp:+14155559999", NumMedia: "1" },
    { channel: "whatsapp", ourAddress: "+14155550100", from: "whatsapp:+14155559999", mediaCount: 1 },
  ],
  [
    "no count",
    { NumMedia: "", NumSegments: "" },
    { segments: undefined, mediaCount: undefined, channel: "sms" },
  ],
  ["a word for a count", { NumSegments: "abc", NumMedia: "NaN" }, { segments: undefined, channel: "sms" }],
  ["a negative count", { NumSegments: "-1", NumMedia: "-2" }, { segments: undefined, mediaCount: undefined }],
  ["a fraction", { NumSegments: "1.5", NumMedia: "1e3" }, { segments: undefined, mediaCount: undefined }],
  [
    "a count beyond all",
    { NumSegments: "99999999999", NumMedia: "4096" },
    { segments: undefined, mediaCount: undefined },
  ],
  ["counts that are repeated", { NumSegments: ["3", "4"] }, { segments: 3 }],
  ["an address without end", { From: "9".repeat(9_000) }, { from: "9".repeat(255) }],
  ["no addresses", { From: "", To: "" }, { from: "", to: "", ourAddress: "" }],
])("%s", (_name, params, report) => {
  expect(reportOf(params)).toMatchObject(report);
});

test.each([
  [{ MessageSid: "" }],
  [{ MessageSid: "SM1" }],
  [{ MessageSid: `SM${"1".repeat(33)}` }],
  [{ MessageSid: "'; drop" }],
])("what names no message is none: %j", (params) => {
  expect(inboundMessage({ ...SMS, ...params })).toBeUndefined();
});

test("an older webhook names its message as SmsSid", () => {
  const { MessageSid, ...rest } = SMS;
  expect(inboundMessage({ ...rest, SmsSid: MessageSid })?.sid).toBe(SID);
});

describe("what the agent is sent", () => {
  function eventOf(params: Record<string, string>) {
    const message = inboundMessage({ ...SMS, ...params });
    return message && messageEvent(message, ROUTE, NOW);
  }

  test("of an SMS", () => {
    expect(eventOf({})).toEqual({
      type: "message.received",
      timestamp: "2026-01-01T00:00:00.000Z",
      data: {
        messageSid: SID,
        accountSid: "AC1",
        organizationId: "org_1",
        phoneNumberId: "phone_1",
        agentId: "agent_1",
        channel: "sms",
        from: "+14155559999",
        to: "+14155550100",
        text: "Hello?",
        media: [],
      },
    });
  });

  test("of a WhatsApp message, with what only WhatsApp has", () => {
    const event = eventOf({
      To: "whatsapp:+14155550100",
      ProfileName: "Ana",
      WaId: "14155559999",
      ButtonPayload: "yes",
      ButtonText: "Yes!",
      NumMedia: "3",
      MediaUrl0: "https://api.twilio.com/a",
      MediaContentType0: "image/png",
      MediaUrl2: "https://api.twilio.com/c",
    });
    expect(event?.data).toMatchObject({
      channel: "whatsapp",
      profileName: "Ana",
      whatsAppId: "14155559999",
      buttonPayload: "yes",
      buttonText: "Yes!",
      media: [
        { url: "https://api.twilio.com/a", contentType: "image/png" },
        { url: "https://api.twilio.com/c", contentType: "" },
      ],
    });
  });

  test("says of a keyword that Twilio has answered it", () => {
    expect(eventOf({ Body: "Stop", OptOutType: "STOP" })?.data).toMatchObject({ optOutType: "STOP" });
  });

  test("holds no more media than a message can have", () => {
    const urls = Array.from({ length: 1_000 }, (_, i) => [`MediaUrl${i}`, "https://a.example.com"]);
    expect(eventOf({ NumMedia: "1000", ...Object.fromEntries(urls) })?.data.media).toHaveLength(20);
  });
});

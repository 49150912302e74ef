// Whether anybody hears what became of a message: by example, and by sending some.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { desiredConfig } from "./desired-config.ts";
import { messageStatus } from "./message-status.ts";
import {
  combinations,
  type RouteWorld,
  startRouteWorld,
  URL_KINDS,
  type UrlKind,
} from "./route-world.testing.ts";
import {
  EARLIER_URLS,
  FOREIGN_URL,
  NUMBER_SID,
  OTHER_DEPLOYMENT_URLS,
  OURS,
  type RouteState,
  routeFacts,
  SENDER_SERVICE_SID,
  SENDER_SID,
  SERVICE_SID,
  UNREADABLE,
  URLS,
} from "./twilio.testing.ts";

describe("delivery callbacks", () => {
  const of = (state: RouteState) => messageStatus({ facts: routeFacts(state), ours: OURS, desired: [] });

  test("of an SMS go only where the message itself says", () => {
    const { sms } = of({ number: { statusCallback: URLS.statusUrl, smsUrl: URLS.messageUrl } });
    expect(sms).toMatchObject({ direct: { verdict: "nobody", url: "" }, throughService: undefined });
  });

  test.each([
    ["ours", URLS.statusUrl],
    ["ours_stale", EARLIER_URLS.statusUrl],
    ["ours_stale", URLS.messageUrl],
    ["other_deployment", OTHER_DEPLOYMENT_URLS.statusUrl],
    ["foreign", FOREIGN_URL],
  ])("of messages through a service are %s, by its status callback %s", (verdict, statusCallback) => {
    const decidedBy = { field: "statusCallback", sid: SERVICE_SID };
    expect(of({ service: { statusCallback } }).sms.throughService).toMatchObject({
      verdict,
      url: statusCallback,
      decidedBy,
    });
  });

  test("of WhatsApp messages go to the sender's status callback, unless the service has one", () => {
    const sender = { statusCallbackUrl: URLS.statusUrl };
    const direct = { verdict: "ours", decidedBy: { field: "statusCallbackUrl", sid: SENDER_SID } };
    expect(of({ sender, senderService: {} }).whatsapp).toMatchObject({ direct, throughService: direct });
    expect(of({ sender, senderService: { statusCallback: FOREIGN_URL } }).whatsapp).toMatchObject({
      direct,
      throughService: { verdict: "foreign", decidedBy: { sid: SENDER_SERVICE_SID } },
    });
  });

  test("of a number without a sender there are none", () => {
    expect(of({}).whatsapp.direct).toMatchObject({ verdict: "nobody" });
  });

  test("are unknown, and why, where what decides may not be read", () => {
    const unknown = { verdict: "unknown", reason: UNREADABLE.reason };
    const { sms, whatsapp } = of({
      service: "unreadable",
      sender: "unreadable",
      senderService: "unreadable",
    });
    expect(sms).toMatchObject({ direct: { verdict: "nobody" }, throughService: unknown });
    expect(whatsapp).toMatchObject({ direct: unknown, throughService: unknown });
  });
});

describe("the fix of delivery callbacks", () => {
  const of = (state: RouteState) => {
    const facts = routeFacts(state);
    const channels = { sms: true, whatsapp: true };
    const desired = desiredConfig({ agentId: "agent_1", channels, observed: facts, ours: OURS });
    return messageStatus({ facts, ours: OURS, desired });
  };
  const toUs = { sid: SENDER_SID, field: "statusCallbackUrl", after: URLS.statusUrl };

  test("is to give the sender ours", () => {
    const { direct, throughService } = of({ sender: {}, senderService: {} }).whatsapp;
    expect(direct.fix).toContainEqual(expect.objectContaining(toUs));
    expect(throughService?.fix).toEqual(direct.fix);
  });

  test("is none where we hear of them already, whatever else differs", () => {
    expect(of({ sender: { statusCallbackUrl: URLS.statusUrl } }).whatsapp.direct.fix).toEqual([]);
  });

  test("is none for what we never write: a service's status callback, and SMS that name none", () => {
    const { sms, whatsapp } = of({
      service: {},
      sender: {},
      senderService: { statusCallback: FOREIGN_URL },
    });
    expect([sms.direct.fix, sms.throughService?.fix, whatsapp.throughService?.fix]).toEqual([[], [], []]);
  });
});

const NUMBER = "+14155550100";
const CUSTOMER = "+14155559999";

interface SendState {
  readonly channel: "sms" | "whatsapp";
  readonly service: UrlKind | "absent";
  readonly sender: UrlKind;
  readonly through: "number" | "service";
  /** With a status callback of its own, as we send. */
  readonly isSentByUs: boolean;
}

const SEND_STATES = combinations<SendState>({
  channel: ["sms", "whatsapp"],
  service: ["absent", ...URL_KINDS],
  sender: URL_KINDS,
  through: ["number", "service"],
  isSentByUs: [false, true],
}).filter(({ service, through }) => service !== "absent" || through === "number");

describe("a message that is really sent", () => {
  let world: RouteWorld;
  beforeAll(async () => {
    world = await startRouteWorld();
    const { control, accountSid } = world;
    control.createNumber(accountSid, { phoneNumber: NUMBER, sid: NUMBER_SID });
    control.createSender(accountSid, { phoneNumber: NUMBER, sid: SENDER_SID });
    for (const serviceSid of [SERVICE_SID, SENDER_SERVICE_SID])
      control.createService(accountSid, { sid: serviceSid });
  });
  afterAll(() => world.close());

  function arrange({ channel, service, sender }: SendState): void {
    const { control, urlOf } = world;
    const [memberSid, serviceSid] =
      channel === "sms" ? [NUMBER_SID, SERVICE_SID] : [SENDER_SID, SENDER_SERVICE_SID];
    control.updateSender(SENDER_SID, { status_callback_url: urlOf(sender, "status") });
    control.removeFromService(memberSid);
    if (service === "absent") return;
    control.updateService(serviceSid, { status_callback: urlOf(service, "status") });
    control.addToService(serviceSid, memberSid);
  }

  function said(state: SendState): string {
    const service =
      state.service === "absent" ? null : { statusCallback: world.urlOf(state.service, "status") };
    const facts = routeFacts({
      service,
      senderService: service,
      sender: { statusCallbackUrl: world.urlOf(state.sender, "status") },
    });
    const { direct, throughService } = messageStatus({ facts, ours: world.ours, desired: [] })[state.channel];
    return (state.through === "number" ? direct : throughService)?.verdict ?? "not in a service";
  }

  async function seen({ channel, through, isSentByUs }: SendState): Promise<string> {
    const prefix = channel === "sms" ? "" : "whatsapp:";
    const serviceSid = channel === "sms" ? SERVICE_SID : SENDER_SERVICE_SID;
    const { sid } = await world.client.sdk.messages.create({
      ...(through === "number" ? { from: prefix + NUMBER } : { messagingServiceSid: serviceSid }),
      ...(isSentByUs ? { statusCallback: world.urlOf("ours", "status") } : {}),
      to: prefix + CUSTOMER,
      body: "Hello",
    });
    const { webhooks } = await world.control.advanceMessage(sid, "delivered");
    return world.placed("status", { kind: "", sid, url: webhooks[0]?.url ?? null }).verdict;
  }

  test(`is reported to whom we say, and always to us where we sent it (${SEND_STATES.length} states)`, async () => {
    for (const state of SEND_STATES) {
      arrange(state);
      expect([await seen(state), state]).toEqual([state.isSentByUs ? "ours" : said(state), state]);
    }
  });
});

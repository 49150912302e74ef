import { describe, expect, test } from "vitest";
import { desiredConfig } from "../../twilio/desired-config.ts";
import { resourcesOf } from "../../twilio/observed.ts";
import {
  EARLIER_URLS,
  FOREIGN_URL,
  NUMBER_SID,
  OTHER_DEPLOYMENT_URLS,
  OURS,
  observed,
  SENDER_SERVICE_SID,
  SERVICE_SID,
  type State,
  URLS,
} from "../../twilio/twilio.testing.ts";
import { planWebhooks } from "../../twilio/webhook-config.ts";
import type { PhoneNumber } from "../phone-number.ts";
import { refuseAssignment, refuseChanges } from "./assignment-rules.ts";

const NUMBER: PhoneNumber = {
  uid: "uid_1",
  orgId: "org_1",
  id: "phone_1",
  operatorOrgId: "org_1",
  accountId: "acct_1",
  accountSid: "AC1",
  sid: NUMBER_SID,
  e164: "+14155550100",
  friendlyName: "",
  capabilities: { voice: true, sms: true, mms: true },
  status: "active",
  assignment: undefined,
  desired: undefined,
  observed: undefined,
  observedAt: undefined,
  settledAt: undefined,
  original: undefined,
  health: "unassigned",
  openOperationId: undefined,
  createdAt: new Date(0),
};
const NOT_CAPABLE = { voice: false, sms: false, mms: false };
const assignedTo = (agentId: string): Partial<PhoneNumber> => ({
  assignment: { agentId, channels: { sms: false, whatsapp: false }, assignedAt: new Date(0) },
});

describe("before Twilio is asked", () => {
  test.each([
    ["a number that is free", {}, {}, undefined],
    ["a number with the same agent", assignedTo("agent_1"), {}, undefined],
    ["a number of another agent", assignedTo("agent_2"), {}, "number_assigned"],
    ["a number of another agent, to take over", assignedTo("agent_2"), { takeover: true }, undefined],
    ["a number that is gone", { status: "released" }, {}, "number_released"],
    ["a number that is gone, to take over", { status: "released" }, { takeover: true }, "number_released"],
    [
      "a number that takes no calls",
      { capabilities: { ...NOT_CAPABLE, sms: true } },
      {},
      "capability_missing",
    ],
    [
      "SMS of a number that takes none",
      { capabilities: { ...NOT_CAPABLE, voice: true } },
      { enableSms: true },
      "capability_missing",
    ],
    [
      "calls of a number that takes no SMS",
      { capabilities: { ...NOT_CAPABLE, voice: true } },
      { enableSms: false },
      undefined,
    ],
    [
      "WhatsApp of a number that takes no SMS",
      { capabilities: { ...NOT_CAPABLE, voice: true } },
      { enableWhatsApp: true },
      undefined,
    ],
  ] satisfies [string, Partial<PhoneNumber>, object, string | undefined][])(
    "%s",
    (_name, number, input, code) => {
      const refusal = refuseAssignment(
        { ...NUMBER, ...number },
        { phoneNumberId: "phone_1", agentId: "agent_1", ...input },
      );
      expect(refusal?.code).toBe(code);
    },
  );

  test("the agent that has the number is named, with both ways out", () => {
    const input = { phoneNumberId: "phone_1", agentId: "agent_1" };
    const refusal = refuseAssignment({ ...NUMBER, ...assignedTo("agent_2") }, input);
    expect(refusal?.extensions).toEqual({ agentId: "agent_2" });
    expect(refusal?.detail).toMatch(/agent_2.*Unassign.*takeover: true/s);
  });
});

interface Asked {
  readonly sms?: boolean;
  readonly whatsapp?: boolean;
  readonly takeover?: boolean;
  readonly agentId?: string | undefined;
}

function refusalOf(state: State, asked: Asked = {}) {
  const { sms = false, whatsapp = false, takeover = false } = asked;
  const { agentId } = { agentId: "agent_1", ...asked };
  const there = observed(state);
  const channels = { sms, whatsapp };
  const desired = desiredConfig({ agentId: agentId ?? "agent_1", channels, observed: there, ours: OURS });
  const changes = planWebhooks(desired, resourcesOf(there));
  return refuseChanges({
    number: NUMBER,
    intent: { agentId, channels, takeover, restore: false },
    observed: there,
    changes,
    wanted: changes,
    ours: OURS,
  });
}

const SMS = { sms: true };
const WHATSAPP = { whatsapp: true };
const TRUNK = { trunkSid: "TK1" };
const ONLINE = { sender: {} };

describe("given what is in Twilio", () => {
  test.each([
    ["a blank number", {}, {}, undefined],
    [
      "somebody's URL, which is what an assignment is there to replace",
      { number: { voiceUrl: FOREIGN_URL } },
      {},
      undefined,
    ],
    ["our own URL", { number: { voiceUrl: URLS.voiceUrl } }, {}, undefined],
    ["our earlier URL", { number: { voiceUrl: EARLIER_URLS.voiceUrl } }, {}, undefined],
    [
      "another deployment's URL",
      { number: { voiceUrl: OTHER_DEPLOYMENT_URLS.voiceUrl } },
      {},
      "other_deployment",
    ],
    [
      "another deployment's status callback",
      { number: { statusCallback: OTHER_DEPLOYMENT_URLS.statusUrl } },
      {},
      "other_deployment",
    ],
    [
      "another deployment's SMS URL while SMS is not asked for",
      { number: { smsUrl: OTHER_DEPLOYMENT_URLS.messageUrl } },
      {},
      undefined,
    ],
    [
      "another deployment's SMS URL",
      { number: { smsUrl: OTHER_DEPLOYMENT_URLS.messageUrl } },
      SMS,
      "other_deployment",
    ],
    [
      "another deployment's URL under a trunk",
      { number: { voiceUrl: OTHER_DEPLOYMENT_URLS.voiceUrl, ...TRUNK } },
      {},
      "other_deployment",
    ],
    ["a trunk", { number: TRUNK }, {}, "number_shadowed"],
    ["a TwiML App", { number: { voiceApplicationSid: "AP1" } }, {}, "number_shadowed"],
    ["faxes", { number: { voiceReceiveMode: "fax" } }, {}, "number_shadowed"],
    ["a TwiML App for SMS", { number: { smsApplicationSid: "AP1" } }, SMS, "number_shadowed"],
    [
      "a TwiML App for SMS while SMS is not asked for",
      { number: { smsApplicationSid: "AP1" } },
      {},
      undefined,
    ],
    ["a Messaging Service", { service: { inboundRequestUrl: FOREIGN_URL } }, SMS, "number_shadowed"],
    ["a Messaging Service that swallows messages", { service: {} }, SMS, "number_shadowed"],
    ["a Messaging Service that defers", { service: { useInboundWebhookOnNumber: "true" } }, SMS, undefined],
    ["a Messaging Service that is ours", { service: { inboundRequestUrl: URLS.messageUrl } }, SMS, undefined],
    [
      "a Messaging Service with our earlier URL",
      { service: { inboundRequestUrl: EARLIER_URLS.messageUrl } },
      SMS,
      undefined,
    ],
    ["a Messaging Service that may not be read", { service: "unreadable" }, SMS, undefined],
    ["a sender that is online", ONLINE, WHATSAPP, undefined],
    ["a sender that is being updated", { ...ONLINE, senderStatus: "ONLINE:UPDATING" }, WHATSAPP, undefined],
    ["a sender that is offline", { ...ONLINE, senderStatus: "OFFLINE" }, WHATSAPP, "whatsapp_sender_offline"],
    [
      "a sender that waits for verification",
      { ...ONLINE, senderStatus: "PENDING_VERIFICATION" },
      WHATSAPP,
      "whatsapp_sender_offline",
    ],
    ["no sender", {}, WHATSAPP, "whatsapp_sender_missing"],
    ["no sender while WhatsApp is not asked for", {}, SMS, undefined],
    ["senders that may not be read", { sender: "unreadable" }, WHATSAPP, "twilio_not_permitted"],
    [
      "a sender's service with somebody else's URL",
      { ...ONLINE, senderService: { inboundRequestUrl: FOREIGN_URL } },
      WHATSAPP,
      "number_shadowed",
    ],
    [
      "a sender's service of another deployment",
      { ...ONLINE, senderService: { inboundRequestUrl: OTHER_DEPLOYMENT_URLS.messageUrl } },
      WHATSAPP,
      "other_deployment",
    ],
    [
      "a sender's service that is ours",
      { ...ONLINE, senderService: { inboundRequestUrl: URLS.messageUrl } },
      WHATSAPP,
      undefined,
    ],
  ] satisfies [string, State, Asked, string | undefined][])("%s", (_name, state, asked, code) => {
    expect(refusalOf(state, asked)?.code).toBe(code);
  });

  const everything: State = {
    number: { voiceUrl: OTHER_DEPLOYMENT_URLS.voiceUrl, ...TRUNK, smsApplicationSid: "AP1" },
    service: { inboundRequestUrl: FOREIGN_URL },
    sender: {},
    senderService: { inboundRequestUrl: FOREIGN_URL },
  };

  test("a takeover permits what is possible", () => {
    expect(refusalOf(everything, { ...SMS, ...WHATSAPP, takeover: true })).toBeUndefined();
  });

  test.each([
    ["a sender that is not there", {}, "whatsapp_sender_missing"],
    ["a sender that is offline", { ...ONLINE, senderStatus: "OFFLINE" }, "whatsapp_sender_offline"],
    ["a sender that may not be read", { sender: "unreadable" }, "twilio_not_permitted"],
  ] satisfies [string, State, string][])("a takeover does not bring about %s", (_name, state, code) => {
    expect(refusalOf(state, { ...WHATSAPP, takeover: true })?.code).toBe(code);
  });

  test("an unassignment is never refused", () => {
    expect(refusalOf(everything, { ...SMS, ...WHATSAPP, agentId: undefined })).toBeUndefined();
  });

  test("everything that shadows the number is named, once, with its value", () => {
    const refusal = refusalOf(
      { ...everything, number: TRUNK, sender: {}, senderService: { inboundRequestUrl: FOREIGN_URL } },
      { ...SMS, ...WHATSAPP },
    );
    expect(refusal?.extensions.shadowedBy).toEqual([
      { resource: "service", sid: SENDER_SERVICE_SID, field: "inboundRequestUrl", value: FOREIGN_URL },
      { resource: "service", sid: SERVICE_SID, field: "useInboundWebhookOnNumber", value: "false" },
      { resource: "number", sid: NUMBER_SID, field: "trunkSid", value: "TK1" },
    ]);
    expect(refusal?.detail).toMatch(/SIP trunk.*takeover: true/s);
  });

  test("the other deployment is named", () => {
    const refusal = refusalOf({ number: { voiceUrl: OTHER_DEPLOYMENT_URLS.voiceUrl } });
    expect(refusal?.extensions).toEqual({ deployment: "https://staging.example.com", field: "voiceUrl" });
  });
});

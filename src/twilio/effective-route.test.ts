// Who answers, by example. effective-route.emulator.test.ts has every combination, and what really happens in it.
import { describe, expect, test } from "vitest";
import { desiredConfig } from "./desired-config.ts";
import { type EffectiveRoutes, effectiveRoutes } from "./effective-route.ts";
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
import type { Channel } from "./webhook-config.ts";

const OTHER_AGENT_URL = URLS.voiceUrl.replace("agent_1", "agent_2");
const MESSAGE_URL = URLS.messageUrl;
const DEFERS = { useInboundWebhookOnNumber: "true" };

type Case = readonly [
  name: string,
  state: RouteState,
  verdict: string,
  field: string | undefined,
  /** Of the resource that decides; the URL that is called. Not given where the name says it all. */
  ...details: [sid?: string, url?: string],
];

const CASES: Record<Channel, readonly Case[]> = {
  voice: [
    ["nothing set", {}, "nobody", "voiceUrl", NUMBER_SID, ""],
    ["our URL", { number: { voiceUrl: URLS.voiceUrl } }, "ours", "voiceUrl", NUMBER_SID, URLS.voiceUrl],
    [
      "our URL for another agent",
      { number: { voiceUrl: OTHER_AGENT_URL } },
      "ours_stale",
      "voiceUrl",
      NUMBER_SID,
    ],
    [
      "our earlier URL",
      { number: { voiceUrl: EARLIER_URLS.voiceUrl } },
      "ours_stale",
      "voiceUrl",
      NUMBER_SID,
    ],
    [
      "another deployment's URL",
      { number: { voiceUrl: OTHER_DEPLOYMENT_URLS.voiceUrl } },
      "other_deployment",
      "voiceUrl",
    ],
    ["a foreign URL", { number: { voiceUrl: FOREIGN_URL } }, "foreign", "voiceUrl", NUMBER_SID, FOREIGN_URL],
    [
      "a trunk over our URL",
      { number: { voiceUrl: URLS.voiceUrl, trunkSid: "TK1" } },
      "shadowed",
      "trunkSid",
      "TK1",
      "",
    ],
    ["a trunk", { number: { trunkSid: "TK1" } }, "foreign", "trunkSid", "TK1"],
    [
      "a trunk over an App",
      { number: { trunkSid: "TK1", voiceApplicationSid: "AP1" } },
      "foreign",
      "trunkSid",
      "TK1",
    ],
    [
      "our URL at the path for messages",
      { number: { voiceUrl: URLS.messageUrl } },
      "ours_stale",
      "voiceUrl",
      NUMBER_SID,
    ],
    [
      "somebody's App over our URL",
      {
        number: { voiceUrl: URLS.voiceUrl, voiceApplicationSid: "AP1" },
        voiceApplication: { voiceUrl: FOREIGN_URL },
      },
      "shadowed",
      "voiceApplicationSid",
      "AP1",
      FOREIGN_URL,
    ],
    [
      "somebody's App over somebody else's URL",
      {
        number: { voiceUrl: OTHER_DEPLOYMENT_URLS.voiceUrl, voiceApplicationSid: "AP1" },
        voiceApplication: { voiceUrl: FOREIGN_URL },
      },
      "foreign",
      "voiceApplicationSid",
      "AP1",
      FOREIGN_URL,
    ],
    [
      "an App that asks us",
      {
        number: { voiceUrl: FOREIGN_URL, voiceApplicationSid: "AP1" },
        voiceApplication: { voiceUrl: URLS.voiceUrl },
      },
      "ours",
      "voiceApplicationSid",
      "AP1",
      URLS.voiceUrl,
    ],
    [
      "an App without a URL",
      { number: { voiceApplicationSid: "AP1" }, voiceApplication: {} },
      "nobody",
      "voiceApplicationSid",
      "AP1",
      "",
    ],
    [
      "an App that is gone",
      { number: { voiceApplicationSid: "AP1" }, voiceApplication: null },
      "nobody",
      "voiceApplicationSid",
      "AP1",
      "",
    ],
    [
      "an App over our URL that may not be read, and may well ask us too",
      {
        number: { voiceUrl: URLS.voiceUrl, voiceApplicationSid: "AP1" },
        voiceApplication: "unreadable",
      },
      "unknown",
      "voiceApplicationSid",
      "AP1",
      "",
    ],
    [
      "faxes over somebody's URL",
      { number: { voiceUrl: FOREIGN_URL, voiceReceiveMode: "fax" } },
      "nobody",
      "voiceReceiveMode",
      NUMBER_SID,
      "",
    ],
    [
      "faxes over our URL",
      { number: { voiceUrl: URLS.voiceUrl, voiceReceiveMode: "fax" } },
      "shadowed",
      "voiceReceiveMode",
      NUMBER_SID,
      "",
    ],
    [
      "a mode that Twilio does not say",
      { number: { voiceUrl: URLS.voiceUrl, voiceReceiveMode: "" } },
      "ours",
      "voiceUrl",
    ],
    [
      "messages somewhere else",
      { number: { voiceUrl: URLS.voiceUrl, smsApplicationSid: "AP1" } },
      "ours",
      "voiceUrl",
    ],
  ],
  sms: [
    ["nothing set", {}, "nobody", "smsUrl", NUMBER_SID, ""],
    ["our URL", { number: { smsUrl: MESSAGE_URL } }, "ours", "smsUrl", NUMBER_SID, MESSAGE_URL],
    ["a foreign URL", { number: { smsUrl: FOREIGN_URL } }, "foreign", "smsUrl", NUMBER_SID, FOREIGN_URL],
    [
      "somebody's App over our URL",
      {
        number: { smsUrl: MESSAGE_URL, smsApplicationSid: "AP1" },
        smsApplication: { smsUrl: FOREIGN_URL },
      },
      "shadowed",
      "smsApplicationSid",
      "AP1",
      FOREIGN_URL,
    ],
    [
      "somebody's service over an App that asks us",
      {
        number: { smsApplicationSid: "AP1" },
        smsApplication: { smsUrl: MESSAGE_URL },
        service: { inboundRequestUrl: FOREIGN_URL },
      },
      "shadowed",
      "inboundRequestUrl",
      SERVICE_SID,
      FOREIGN_URL,
    ],
    [
      "a service over our URL",
      { number: { smsUrl: MESSAGE_URL }, service: { inboundRequestUrl: FOREIGN_URL } },
      "shadowed",
      "inboundRequestUrl",
      SERVICE_SID,
      FOREIGN_URL,
    ],
    [
      "a service that swallows",
      { number: { smsUrl: MESSAGE_URL }, service: {} },
      "shadowed",
      "inboundRequestUrl",
      SERVICE_SID,
      "",
    ],
    ["a service that swallows all there is", { service: {} }, "nobody", "inboundRequestUrl", SERVICE_SID],
    [
      "a foreign service",
      { service: { inboundRequestUrl: FOREIGN_URL } },
      "foreign",
      "inboundRequestUrl",
      SERVICE_SID,
    ],
    [
      "another deployment's service",
      { service: { inboundRequestUrl: OTHER_DEPLOYMENT_URLS.messageUrl } },
      "other_deployment",
      "inboundRequestUrl",
      SERVICE_SID,
    ],
    [
      "a service that is ours over a foreign URL",
      { number: { smsUrl: FOREIGN_URL }, service: { inboundRequestUrl: MESSAGE_URL } },
      "ours",
      "inboundRequestUrl",
      SERVICE_SID,
      MESSAGE_URL,
    ],
    [
      "a service with our earlier URL",
      { number: { smsUrl: MESSAGE_URL }, service: { inboundRequestUrl: EARLIER_URLS.messageUrl } },
      "ours_stale",
      "inboundRequestUrl",
      SERVICE_SID,
    ],
    [
      "a service that defers to our URL",
      { number: { smsUrl: MESSAGE_URL }, service: { inboundRequestUrl: FOREIGN_URL, ...DEFERS } },
      "ours",
      "smsUrl",
      NUMBER_SID,
    ],
    [
      "a service that defers to somebody's App",
      {
        number: { smsUrl: MESSAGE_URL, smsApplicationSid: "AP1" },
        smsApplication: { smsUrl: FOREIGN_URL },
        service: DEFERS,
      },
      "shadowed",
      "smsApplicationSid",
      "AP1",
    ],
    [
      "a service that may not be read",
      { number: { smsUrl: MESSAGE_URL }, service: "unreadable" },
      "unknown",
      undefined,
    ],
    ["a trunk for the calls", { number: { smsUrl: MESSAGE_URL, trunkSid: "TK1" } }, "ours", "smsUrl"],
  ],
  whatsapp: [
    ["no sender", { number: { smsUrl: MESSAGE_URL } }, "nobody", undefined],
    [
      "a sender that may not be read",
      { sender: "unreadable", senderService: "unreadable" },
      "unknown",
      undefined,
    ],
    [
      "a service that may not be read",
      { sender: { callbackUrl: MESSAGE_URL }, senderService: "unreadable" },
      "unknown",
      undefined,
    ],
    ["a blank sender", { sender: {} }, "nobody", "callbackUrl", SENDER_SID, ""],
    ["our URL", { sender: { callbackUrl: MESSAGE_URL } }, "ours", "callbackUrl", SENDER_SID, MESSAGE_URL],
    [
      "our URL while it is updated",
      { sender: { callbackUrl: MESSAGE_URL }, senderStatus: "ONLINE:UPDATING" },
      "ours",
      "callbackUrl",
    ],
    [
      "our URL on a sender that is offline",
      { sender: { callbackUrl: MESSAGE_URL }, senderStatus: "OFFLINE" },
      "nobody",
      "status",
      SENDER_SID,
      "",
    ],
    [
      "our URL on a sender that is not verified yet",
      { sender: { callbackUrl: MESSAGE_URL }, senderStatus: "PENDING_VERIFICATION" },
      "nobody",
      "status",
      SENDER_SID,
    ],
    ["a foreign URL", { sender: { callbackUrl: FOREIGN_URL } }, "foreign", "callbackUrl", SENDER_SID],
    [
      "a service over our URL",
      { sender: { callbackUrl: MESSAGE_URL }, senderService: { inboundRequestUrl: FOREIGN_URL } },
      "shadowed",
      "inboundRequestUrl",
      SENDER_SERVICE_SID,
      FOREIGN_URL,
    ],
    [
      "a service over our URL, although it defers to its numbers",
      { sender: { callbackUrl: MESSAGE_URL }, senderService: { inboundRequestUrl: FOREIGN_URL, ...DEFERS } },
      "shadowed",
      "inboundRequestUrl",
      SENDER_SERVICE_SID,
    ],
    [
      "a service that is ours",
      { sender: { callbackUrl: FOREIGN_URL }, senderService: { inboundRequestUrl: MESSAGE_URL, ...DEFERS } },
      "ours",
      "inboundRequestUrl",
      SENDER_SERVICE_SID,
    ],
    [
      "the service of the number, which does not concern the sender",
      { sender: { callbackUrl: MESSAGE_URL }, service: { inboundRequestUrl: FOREIGN_URL } },
      "ours",
      "callbackUrl",
      SENDER_SID,
    ],
  ],
};

const ALL_CASES = (["voice", "sms", "whatsapp"] as const).flatMap((channel) =>
  CASES[channel].map(([name, state, verdict, field, sid, url]) => {
    const details = {
      ...(sid === undefined ? {} : { decidedBy: { sid } }),
      ...(url === undefined ? {} : { url }),
    };
    return [channel, name, state, { verdict, ...details }, field] as const;
  }),
);

function routesOf(state: RouteState): EffectiveRoutes {
  return effectiveRoutes({ facts: routeFacts(state), ours: OURS, desired: [] });
}

test.each(ALL_CASES)("%s with %s", (channel, _name, state, expected, field) => {
  const route = routesOf(state)[channel];
  expect(route).toMatchObject(expected);
  expect(route.decidedBy?.field).toBe(field);
  expect(route.reason).toMatch(/\.$/);
});

test("a route that cannot be known says why", () => {
  const { voice, sms, whatsapp } = routesOf({
    number: { voiceApplicationSid: "AP1" },
    voiceApplication: "unreadable",
    service: "unreadable",
    sender: "unreadable",
  });
  expect(voice.reason).toBe(`A TwiML App takes the calls. ${UNREADABLE.reason}`);
  expect([sms.reason, whatsapp.reason]).toEqual([UNREADABLE.reason, UNREADABLE.reason]);
});

test("one that is shadowed says what is called instead", () => {
  const { voice } = routesOf({
    number: { voiceUrl: URLS.voiceUrl, voiceApplicationSid: "AP1" },
    voiceApplication: { voiceUrl: OTHER_DEPLOYMENT_URLS.voiceUrl },
  });
  expect(voice.reason).toBe(
    "Our URL is set, but not called. A TwiML App takes the calls. Another Switchhook deployment answers.",
  );
});

test("no other channel changes what a channel says", () => {
  const voice = routesOf({ number: { voiceUrl: URLS.voiceUrl } });
  const all = routesOf({
    number: { voiceUrl: URLS.voiceUrl, smsApplicationSid: "AP1" },
    service: { inboundRequestUrl: FOREIGN_URL },
    sender: "unreadable",
    startsConversations: { sms: { known: true, value: true } },
  });
  expect(all.voice).toEqual(voice.voice);
});

describe("the fix", () => {
  function fixesOf(state: RouteState): Record<Channel, readonly string[]> {
    const facts = routeFacts(state);
    const channels = { sms: true, whatsapp: true };
    const desired = desiredConfig({ agentId: "agent_1", channels, observed: facts, ours: OURS });
    const routes = effectiveRoutes({ facts, ours: OURS, desired });
    const written = (channel: Channel) => routes[channel].fix.map(({ sid, field }) => `${sid} ${field}`);
    return { voice: written("voice"), sms: written("sms"), whatsapp: written("whatsapp") };
  }

  const VOICE_FIELDS = ["voiceUrl", "voiceFallbackUrl", "statusCallback"];
  const SMS_FIELDS = ["smsUrl", "smsFallbackUrl"];
  const SENDER_FIELDS = ["callbackUrl", "callbackMethod", "fallbackUrl", "fallbackMethod"];
  const STATUS_FIELDS = ["statusCallbackUrl", "statusCallbackMethod"];
  const on = (sid: string, ...fields: readonly string[]) => fields.map((field) => `${sid} ${field}`);

  test.each<readonly [string, RouteState, Channel, readonly string[]]>([
    ["sets our URLs where there are none", {}, "voice", on(NUMBER_SID, ...VOICE_FIELDS)],
    [
      "takes a trunk off",
      { number: { trunkSid: "TK1" } },
      "voice",
      on(NUMBER_SID, ...VOICE_FIELDS, "trunkSid"),
    ],
    [
      "takes off an App that may not be read",
      { number: { voiceApplicationSid: "AP1" }, voiceApplication: "unreadable" },
      "voice",
      on(NUMBER_SID, ...VOICE_FIELDS, "voiceApplicationSid"),
    ],
    [
      "makes a service defer to the number",
      { service: { inboundRequestUrl: FOREIGN_URL } },
      "sms",
      [...on(SERVICE_SID, "useInboundWebhookOnNumber"), ...on(NUMBER_SID, ...SMS_FIELDS)],
    ],
    [
      "gives a service our URL that has the sender too, whose messages no deferring would bring",
      { service: { inboundRequestUrl: FOREIGN_URL }, sender: {}, senderService: "the same" },
      "sms",
      [...on(SERVICE_SID, "inboundRequestUrl", "fallbackUrl"), ...on(NUMBER_SID, ...SMS_FIELDS)],
    ],
    [
      "gives a sender's service our URL",
      { sender: {}, senderService: { inboundRequestUrl: FOREIGN_URL } },
      "whatsapp",
      [
        ...on(SENDER_SID, ...SENDER_FIELDS, ...STATUS_FIELDS),
        ...on(SENDER_SERVICE_SID, "inboundRequestUrl", "fallbackUrl"),
      ],
    ],
  ])("%s", (_name, state, channel, expected) => {
    expect(fixesOf(state)[channel].toSorted()).toEqual(expected.toSorted());
  });

  test.each<readonly [string, RouteState, Channel]>([
    ["the agent answers", { number: { voiceUrl: URLS.voiceUrl } }, "voice"],
    ["a service may not be read, and could be in the way", { service: "unreadable" }, "sms"],
    ["there is no sender", {}, "whatsapp"],
    ["the sender is offline", { sender: {}, senderStatus: "OFFLINE" }, "whatsapp"],
  ])("is none where %s", (_name, state, channel) => {
    expect(fixesOf(state)[channel]).toEqual([]);
  });

  test("is none for a number that no agent answers", () => {
    expect(routesOf({ number: { voiceUrl: FOREIGN_URL } }).voice.fix).toEqual([]);
  });
});

describe("a warning", () => {
  const started = { known: true, value: true } as const;
  const URLS_SET: RouteState = {
    number: { voiceUrl: URLS.voiceUrl, smsUrl: MESSAGE_URL },
    sender: { callbackUrl: MESSAGE_URL },
  };

  test.each<readonly [string, RouteState, Record<Channel, readonly string[]>]>([
    ["nothing", {}, { voice: [], sms: [], whatsapp: [] }],
    ["the region us1", { voiceRegion: "us1" }, { voice: [], sms: [], whatsapp: [] }],
    ["no region", { voiceRegion: "" }, { voice: [], sms: [], whatsapp: [] }],
    ["another region", { voiceRegion: "ie1" }, { voice: ["processing_region"], sms: [], whatsapp: [] }],
    [
      "Conversations that SMS start",
      { startsConversations: { sms: started } },
      { voice: [], sms: ["conversations"], whatsapp: [] },
    ],
    [
      "Conversations that WhatsApp messages start",
      { startsConversations: { whatsapp: started } },
      { voice: [], sms: [], whatsapp: ["conversations"] },
    ],
    [
      "Conversations of which nothing may be known",
      { startsConversations: { sms: UNREADABLE, whatsapp: UNREADABLE } },
      { voice: [], sms: [], whatsapp: [] },
    ],
  ])("of %s changes no verdict", (_name, state, expected) => {
    const { voice, sms, whatsapp } = routesOf({ ...URLS_SET, ...state });
    expect([voice, sms, whatsapp].map(({ verdict }) => verdict)).toEqual(["ours", "ours", "ours"]);
    const kinds = [voice, sms, whatsapp].map(({ warnings }) => warnings.map(({ kind }) => kind));
    expect(kinds).toEqual([expected.voice, expected.sms, expected.whatsapp]);
  });

  test("says which region", () => {
    const { voice } = routesOf({ voiceRegion: "ie1" });
    expect(voice.warnings[0]?.reason).toContain("ie1");
  });

  test("of faxes goes with whoever answers", () => {
    const fax = { voiceReceiveMode: "fax" };
    expect(routesOf({ number: fax }).voice.warnings).toMatchObject([{ kind: "fax_mode" }]);
    expect(routesOf({ number: { ...fax, trunkSid: "TK1" } }).voice).toMatchObject({
      verdict: "foreign",
      warnings: [{ kind: "fax_mode" }],
    });
  });
});

import { describe, expect, test } from "vitest";
import { desiredConfig, originalConfig, type ReleaseInput, releasedConfig } from "./desired-config.ts";
import { effectiveRoutes } from "./effective-route.ts";
import { resourcesOf } from "./observed.ts";
import {
  EARLIER_URLS,
  FOREIGN_URL,
  fieldsOf,
  NUMBER_SID,
  OTHER_DEPLOYMENT_URLS,
  OURS,
  observed,
  routeFacts,
  SENDER_SERVICE_SID,
  SENDER_SID,
  SERVICE_SID,
  type State,
  URLS,
} from "./twilio.testing.ts";
import { applyChanges, type Fields, planWebhooks, type ResourceConfig } from "./webhook-config.ts";

const VOICE = {
  voiceUrl: URLS.voiceUrl,
  voiceMethod: "POST",
  voiceFallbackUrl: URLS.voiceFallbackUrl,
  voiceFallbackMethod: "POST",
  statusCallback: URLS.statusUrl,
  statusCallbackMethod: "POST",
  voiceApplicationSid: "",
  trunkSid: "",
};
const SMS = {
  smsUrl: URLS.messageUrl,
  smsMethod: "POST",
  smsFallbackUrl: URLS.messageFallbackUrl,
  smsFallbackMethod: "POST",
  smsApplicationSid: "",
};
const SENDER = {
  callbackUrl: URLS.messageUrl,
  callbackMethod: "POST",
  fallbackUrl: URLS.messageFallbackUrl,
  fallbackMethod: "POST",
  statusCallbackUrl: URLS.statusUrl,
  statusCallbackMethod: "POST",
};
const SERVICE_TO_US = {
  inboundRequestUrl: URLS.messageUrl,
  inboundMethod: "POST",
  fallbackUrl: URLS.messageFallbackUrl,
  fallbackMethod: "POST",
};
const DEFERS = { useInboundWebhookOnNumber: "true" };

const NONE = { sms: false, whatsapp: false };
const WITH_SMS = { sms: true, whatsapp: false };
const WITH_WHATSAPP = { sms: false, whatsapp: true };
const BOTH = { sms: true, whatsapp: true };

function desiredOf(channels: typeof NONE, state: State): readonly ResourceConfig[] {
  return desiredConfig({ agentId: "agent_1", channels, observed: observed(state), ours: OURS });
}

/** What is wanted, by SID. */
function bySid(configs: readonly ResourceConfig[]): Record<string, Fields> {
  return Object.fromEntries(configs.map(({ sid, fields }) => [sid, fields]));
}

describe("what Twilio should hold for an assigned number", () => {
  test.each([
    ["voice alone", NONE, {}, { [NUMBER_SID]: VOICE }],
    ["voice and SMS", WITH_SMS, {}, { [NUMBER_SID]: { ...VOICE, ...SMS } }],
    [
      "a number set to faxes",
      NONE,
      { number: { voiceReceiveMode: "fax" } },
      { [NUMBER_SID]: { ...VOICE, voiceReceiveMode: "voice" } },
    ],
    ["a sender that is not managed", WITH_SMS, { sender: {} }, { [NUMBER_SID]: { ...VOICE, ...SMS } }],
    ["a service while SMS is not managed", NONE, { service: {} }, { [NUMBER_SID]: VOICE }],
    ["WhatsApp", WITH_WHATSAPP, { sender: {} }, { [NUMBER_SID]: VOICE, [SENDER_SID]: SENDER }],
    ["WhatsApp that has no sender", WITH_WHATSAPP, {}, { [NUMBER_SID]: VOICE }],
    ["WhatsApp that may not be read", WITH_WHATSAPP, { sender: "unreadable" }, { [NUMBER_SID]: VOICE }],
    [
      "a service that may not be read",
      WITH_SMS,
      { service: "unreadable" },
      { [NUMBER_SID]: { ...VOICE, ...SMS } },
    ],
    [
      "a service with somebody else's URL",
      WITH_SMS,
      { service: { inboundRequestUrl: FOREIGN_URL } },
      { [NUMBER_SID]: { ...VOICE, ...SMS }, [SERVICE_SID]: DEFERS },
    ],
    [
      "a service without a URL",
      WITH_SMS,
      { service: {} },
      { [NUMBER_SID]: { ...VOICE, ...SMS }, [SERVICE_SID]: DEFERS },
    ],
    [
      "a service of another deployment",
      WITH_SMS,
      { service: { inboundRequestUrl: OTHER_DEPLOYMENT_URLS.messageUrl } },
      { [NUMBER_SID]: { ...VOICE, ...SMS }, [SERVICE_SID]: DEFERS },
    ],
    [
      "a service that is ours",
      WITH_SMS,
      { service: { inboundRequestUrl: URLS.messageUrl } },
      { [NUMBER_SID]: { ...VOICE, ...SMS }, [SERVICE_SID]: SERVICE_TO_US },
    ],
    [
      "a service with our earlier URL",
      WITH_SMS,
      { service: { inboundRequestUrl: EARLIER_URLS.messageUrl } },
      { [NUMBER_SID]: { ...VOICE, ...SMS }, [SERVICE_SID]: SERVICE_TO_US },
    ],
    [
      "a service of the sender",
      WITH_WHATSAPP,
      { sender: {}, senderService: { inboundRequestUrl: FOREIGN_URL } },
      { [NUMBER_SID]: VOICE, [SENDER_SID]: SENDER, [SENDER_SERVICE_SID]: SERVICE_TO_US },
    ],
    [
      "a service of the sender that defers to its numbers",
      WITH_WHATSAPP,
      { sender: {}, senderService: { useInboundWebhookOnNumber: "true" } },
      { [NUMBER_SID]: VOICE, [SENDER_SID]: SENDER, [SENDER_SERVICE_SID]: SERVICE_TO_US },
    ],
    [
      "number and sender in services of their own",
      BOTH,
      { sender: {}, service: {}, senderService: {} },
      {
        [NUMBER_SID]: { ...VOICE, ...SMS },
        [SENDER_SID]: SENDER,
        [SERVICE_SID]: DEFERS,
        [SENDER_SERVICE_SID]: SERVICE_TO_US,
      },
    ],
    [
      "number and sender in one service",
      BOTH,
      { sender: {}, service: {}, senderService: "the same" },
      { [NUMBER_SID]: { ...VOICE, ...SMS }, [SENDER_SID]: SENDER, [SERVICE_SID]: SERVICE_TO_US },
    ],
  ] satisfies [string, typeof NONE, State, Record<string, Fields>][])(
    "%s",
    (_name, channels, state, expected) => {
      expect(bySid(desiredOf(channels, state))).toEqual(expected);
    },
  );

  const channelModes = [NONE, WITH_SMS, WITH_WHATSAPP, BOTH];
  const serviceModes: readonly (Fields | null)[] = [
    null,
    {},
    DEFERS,
    { inboundRequestUrl: FOREIGN_URL },
    { inboundRequestUrl: FOREIGN_URL, ...DEFERS },
    { inboundRequestUrl: URLS.messageUrl },
    { inboundRequestUrl: URLS.messageUrl, ...DEFERS },
  ];
  const numbers: readonly Fields[] = [
    {},
    { trunkSid: "TK1" },
    { voiceApplicationSid: "AP1", smsApplicationSid: "AP2" },
    { voiceReceiveMode: "fax", voiceUrl: FOREIGN_URL, smsUrl: FOREIGN_URL },
  ];
  const states = channelModes.flatMap((channels) =>
    numbers.flatMap((number) =>
      serviceModes.flatMap((service) =>
        [...serviceModes, "the same" as const].map((senderService) => ({
          channels,
          state: { number, service, sender: {}, senderService },
        })),
      ),
    ),
  );

  test(`makes the agent the one who answers, whatever stood there before (${states.length} states)`, () => {
    for (const { channels, state } of states) {
      const before = resourcesOf(observed(state));
      const after = applyChanges(before, planWebhooks(desiredOf(channels, state), before));
      const routes = effectiveRoutes({ facts: reread(state, after), ours: OURS, desired: [] });
      const managed = [
        "voice" as const,
        ...(["sms", "whatsapp"] as const).filter((channel) => channels[channel]),
      ];
      for (const channel of managed)
        expect([channel, routes[channel].verdict, state]).toEqual([channel, "ours", state]);
    }
  });

  test(`is still what is wanted once it is there (${states.length} states)`, () => {
    for (const { channels, state } of states) {
      const before = resourcesOf(observed(state));
      const after = applyChanges(before, planWebhooks(desiredOf(channels, state), before));
      const again = desiredConfig({
        agentId: "agent_1",
        channels,
        observed: reread(state, after),
        ours: OURS,
      });
      expect(planWebhooks(again, after)).toEqual([]);
    }
  });
});

/** The same state with other fields. */
function reread(state: State, configs: readonly ResourceConfig[]) {
  const fields = (sid: string, part: State["service"]) =>
    part === null ? null : (fieldsOf(configs, sid) ?? null);
  const { senderService = null } = state;
  return routeFacts({
    ...state,
    number: fieldsOf(configs, NUMBER_SID) ?? {},
    service: fields(SERVICE_SID, state.service ?? null),
    sender: fields(SENDER_SID, state.sender ?? null),
    senderService: senderService === "the same" ? "the same" : fields(SENDER_SERVICE_SID, senderService),
  });
}

const ALL = { voice: true, sms: true, whatsapp: true };
const ALL_OURS: State = {
  number: { ...VOICE, ...SMS },
  service: { ...SERVICE_TO_US, ...DEFERS },
  sender: SENDER,
  senderService: SERVICE_TO_US,
};

function released(state: State, input: Partial<ReleaseInput> = {}): Record<string, Fields> {
  return bySid(
    releasedConfig({
      release: ALL,
      observed: observed(state),
      ours: OURS,
      original: undefined,
      ...input,
    }),
  );
}

describe("releasing without restoring", () => {
  test("clears our URLs, and leaves methods and services as they are", () => {
    expect(released(ALL_OURS)).toEqual({
      [NUMBER_SID]: {
        voiceUrl: "",
        voiceFallbackUrl: "",
        statusCallback: "",
        smsUrl: "",
        smsFallbackUrl: "",
      },
      [SENDER_SID]: { callbackUrl: "", fallbackUrl: "", statusCallbackUrl: "" },
    });
  });

  test("clears what we wrote under an earlier public URL or for another agent, too", () => {
    const ours = { ...OURS, agentId: "agent_2" };
    expect(released({ number: { voiceUrl: URLS.voiceUrl } }, { ours })).toEqual({
      [NUMBER_SID]: { voiceUrl: "" },
    });
    expect(released({ number: { smsUrl: EARLIER_URLS.messageUrl } })).toEqual({
      [NUMBER_SID]: { smsUrl: "" },
    });
  });

  test.each([
    ["somebody else's", FOREIGN_URL],
    ["another deployment's", OTHER_DEPLOYMENT_URLS.voiceUrl],
    ["unset", ""],
  ])("leaves a URL that is %s by now, and clears ours beside it", (_name, url) => {
    expect(released({ number: { ...VOICE, voiceUrl: url } })).toEqual({
      [NUMBER_SID]: { voiceFallbackUrl: "", statusCallback: "" },
    });
    expect(released({ number: { ...SMS, smsUrl: url } })).toEqual({ [NUMBER_SID]: { smsFallbackUrl: "" } });
    expect(released({ sender: { ...SENDER, callbackUrl: url } })).toEqual({
      [SENDER_SID]: { fallbackUrl: "", statusCallbackUrl: "" },
    });
  });

  test.each([
    [
      "voice",
      { voice: true, sms: false, whatsapp: false },
      { [NUMBER_SID]: ["voiceUrl", "voiceFallbackUrl", "statusCallback"] },
    ],
    ["SMS", { voice: false, sms: true, whatsapp: false }, { [NUMBER_SID]: ["smsUrl", "smsFallbackUrl"] }],
    [
      "WhatsApp",
      { voice: false, sms: false, whatsapp: true },
      { [SENDER_SID]: ["callbackUrl", "fallbackUrl", "statusCallbackUrl"] },
    ],
  ])("of %s alone touches no other channel", (_name, release, expected) => {
    const touched = Object.entries(released(ALL_OURS, { release })).map(([sid, fields]) => [
      sid,
      Object.keys(fields),
    ]);
    expect(Object.fromEntries(touched)).toEqual(expected);
  });

  test("leaves a URL that somebody else has set beside ours", () => {
    const number = { ...VOICE, statusCallback: FOREIGN_URL };
    expect(released({ number })).toEqual({ [NUMBER_SID]: { voiceUrl: "", voiceFallbackUrl: "" } });
  });
});

describe("releasing and restoring", () => {
  const ORIGINAL_STATE: State = {
    number: { voiceUrl: FOREIGN_URL, voiceMethod: "GET", voiceApplicationSid: "AP1", smsUrl: FOREIGN_URL },
    service: { inboundRequestUrl: FOREIGN_URL },
    sender: { callbackUrl: FOREIGN_URL, callbackMethod: "PUT" },
    senderService: { inboundRequestUrl: FOREIGN_URL, fallbackUrl: FOREIGN_URL },
  };
  const original = resourcesOf(observed(ORIGINAL_STATE));
  const afterRelease = (state: State, input: Partial<ReleaseInput> = {}) => {
    const before = resourcesOf(observed(state));
    const release = {
      release: ALL,
      observed: observed(state),
      ours: OURS,
      original,
    };
    return applyChanges(before, planWebhooks(releasedConfig({ ...release, ...input }), before));
  };

  test("gives what stood there before us, field for field", () => {
    const assigned = { ...ALL_OURS, service: { inboundRequestUrl: FOREIGN_URL, ...DEFERS } };
    expect(bySid(afterRelease(assigned))).toEqual(bySid(original));
  });

  test("of voice alone leaves services, SMS and the sender", () => {
    const after = afterRelease(ALL_OURS, { release: { voice: true, sms: false, whatsapp: false } });
    expect(fieldsOf(after, NUMBER_SID)).toMatchObject({ voiceUrl: FOREIGN_URL, ...SMS });
    expect(fieldsOf(after, SENDER_SID)).toEqual(SENDER);
    expect(fieldsOf(after, SENDER_SERVICE_SID)).toMatchObject(SERVICE_TO_US);
  });

  test("clears our URLs in a sender of which nothing earlier is known", () => {
    const after = afterRelease(ALL_OURS, { original: original.filter(({ sid }) => sid !== SENDER_SID) });
    expect(fieldsOf(after, SENDER_SID)).toMatchObject({
      callbackUrl: "",
      fallbackUrl: "",
      statusCallbackUrl: "",
    });
  });

  test("never clears a Messaging Service of which nothing earlier is known: others may rely on it", () => {
    const after = afterRelease(ALL_OURS, {
      original: original.filter(({ resource }) => resource !== "service"),
    });
    expect(fieldsOf(after, SENDER_SERVICE_SID)).toMatchObject(SERVICE_TO_US);
  });

  test("puts a method back together with its URL", () => {
    const number = { ...VOICE, ...SMS, voiceMethod: "GET", smsMethod: "GET" };
    expect(fieldsOf(afterRelease({ ...ALL_OURS, number }), NUMBER_SID)).toEqual(
      fieldsOf(original, NUMBER_SID),
    );
  });

  const theirs = "https://newcomer.example.com/answer";
  test.each([
    ["a voice URL", NUMBER_SID, { voiceUrl: theirs }],
    ["a status callback", NUMBER_SID, { statusCallback: theirs }],
    [
      "a status callback with its method",
      NUMBER_SID,
      { statusCallback: theirs, statusCallbackMethod: "GET" },
    ],
    [
      "a trunk, which an App of earlier would take away,",
      NUMBER_SID,
      { trunkSid: "TK2", voiceApplicationSid: "" },
    ],
    ["the faxes", NUMBER_SID, { voiceReceiveMode: "fax" }],
    ["the mode of a service", SERVICE_SID, { useInboundWebhookOnNumber: "false", inboundRequestUrl: theirs }],
    ["a TwiML App", NUMBER_SID, { smsApplicationSid: "AP2" }],
    ["a fallback", SENDER_SID, { fallbackUrl: theirs }],
    ["a service's URL", SERVICE_SID, { inboundRequestUrl: theirs }],
    ["a service's URL that decides about the sender", SENDER_SERVICE_SID, { inboundRequestUrl: theirs }],
  ])("leaves %s that somebody else has set after us", (_name, sid, change: Fields) => {
    const changed = (fields: State["service"], of: string) =>
      typeof fields === "object" && fields !== null && of === sid ? { ...fields, ...change } : fields;
    const after = afterRelease({
      number: { ...ALL_OURS.number, ...(sid === NUMBER_SID ? change : {}) },
      service: changed(ALL_OURS.service, SERVICE_SID) ?? null,
      sender: changed(ALL_OURS.sender, SENDER_SID) ?? null,
      senderService: changed(SERVICE_TO_US, SENDER_SERVICE_SID) ?? null,
    });
    expect(fieldsOf(after, sid)).toMatchObject(change);
  });
});

describe("what an unassignment may put back one day", () => {
  const first = resourcesOf(
    observed({ number: { voiceUrl: FOREIGN_URL, smsUrl: "https://first.example.com" } }),
  );
  const later = resourcesOf(
    observed({
      number: { ...VOICE, smsUrl: "https://second.example.com" },
      sender: { callbackUrl: FOREIGN_URL },
    }),
  );
  const NOTHING_NEW = { sms: false, whatsapp: false };

  test("is what the first assignment found", () => {
    expect(originalConfig(undefined, first, NOTHING_NEW)).toEqual(first);
    expect(fieldsOf(originalConfig(first, later, NOTHING_NEW), NUMBER_SID)).toEqual(
      fieldsOf(first, NUMBER_SID),
    );
  });

  test("is what stood there when the channel was added, for a channel that is added later", () => {
    const original = originalConfig(first, later, { sms: true, whatsapp: true });
    expect(fieldsOf(original, NUMBER_SID)).toEqual({
      ...fieldsOf(first, NUMBER_SID),
      smsUrl: "https://second.example.com",
    });
    expect(fieldsOf(original, SENDER_SID)).toMatchObject({ callbackUrl: FOREIGN_URL });
  });

  test("follows the sender when WhatsApp is released and added again", () => {
    const again = resourcesOf(observed({ sender: { callbackUrl: "https://second.example.com" } }));
    const original = originalConfig(later, again, { sms: false, whatsapp: true });
    expect(fieldsOf(original, SENDER_SID)).toMatchObject({ callbackUrl: "https://second.example.com" });
    expect(fieldsOf(originalConfig(later, again, NOTHING_NEW), SENDER_SID)).toMatchObject({
      callbackUrl: FOREIGN_URL,
    });
  });

  test("keeps a resource that is not read this time", () => {
    expect(fieldsOf(originalConfig(later, first, NOTHING_NEW), SENDER_SID)).toMatchObject({
      callbackUrl: FOREIGN_URL,
    });
  });
});

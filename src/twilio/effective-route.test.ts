import { expect, test } from "vitest";
import { effectiveRoutes } from "./effective-route.ts";
import {
  EARLIER_URLS,
  FOREIGN_URL,
  NUMBER_SID,
  OTHER_DEPLOYMENT_URLS,
  OURS,
  observed,
  SENDER_SERVICE_SID,
  SENDER_SID,
  SERVICE_SID,
  type State,
  UNREADABLE,
  URLS,
} from "./twilio.testing.ts";
import type { Channel } from "./webhook-config.ts";

const OTHER_AGENT_URL = URLS.voiceUrl.replace("agent_1", "agent_2");
const MESSAGE_URL = URLS.messageUrl;
const DEFERS = { useInboundWebhookOnNumber: "true" };

type Case = readonly [
  name: string,
  state: State,
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
      "an App over our URL",
      { number: { voiceUrl: URLS.voiceUrl, voiceApplicationSid: "AP1" } },
      "shadowed",
      "voiceApplicationSid",
      "AP1",
      "",
    ],
    ["an App", { number: { voiceApplicationSid: "AP1" } }, "foreign", "voiceApplicationSid", "AP1"],
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
      "an App over our URL",
      { number: { smsUrl: MESSAGE_URL, smsApplicationSid: "AP1" } },
      "shadowed",
      "smsApplicationSid",
      "AP1",
      "",
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
      "a service that defers to an App",
      { number: { smsUrl: MESSAGE_URL, smsApplicationSid: "AP1" }, service: DEFERS },
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

test.each(ALL_CASES)("%s with %s", (channel, _name, state, expected, field) => {
  const route = effectiveRoutes(observed(state), OURS)[channel];
  expect(route).toMatchObject(expected);
  expect(route.decidedBy?.field).toBe(field);
  expect(route.reason).toMatch(/\.$/);
});

test("a route that cannot be known says why", () => {
  const { sms, whatsapp } = effectiveRoutes(observed({ service: "unreadable", sender: "unreadable" }), OURS);
  expect([sms.reason, whatsapp.reason]).toEqual([UNREADABLE.reason, UNREADABLE.reason]);
});

test("no other channel changes what a channel says", () => {
  const voice = effectiveRoutes(observed({ number: { voiceUrl: URLS.voiceUrl } }), OURS);
  const all = effectiveRoutes(
    observed({
      number: { voiceUrl: URLS.voiceUrl, smsApplicationSid: "AP1" },
      service: { inboundRequestUrl: FOREIGN_URL },
      sender: "unreadable",
    }),
    OURS,
  );
  expect(all.voice).toEqual(voice.voice);
});

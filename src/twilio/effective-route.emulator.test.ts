// What is said about who answers, against what happens when somebody calls or writes: in every combination of what can
// decide it, of whose URL stands where, of what may not be read, and of what there are warnings about.
import { afterAll, beforeAll, expect, test } from "vitest";
import { disagreements, type RouteTable } from "./route-table.testing.ts";
import {
  combinations,
  type Purpose,
  type RouteWorld,
  startRouteWorld,
  URL_KINDS,
  type UrlKind,
} from "./route-world.testing.ts";
import {
  NUMBER_SID,
  type RouteState,
  routeFacts,
  SENDER_SERVICE_SID,
  SENDER_SID,
  SERVICE_SID,
  sid,
} from "./twilio.testing.ts";

const CALLER = "+14155559999";
const NUMBER = "+14155550100";
const TRUNK = sid("TK");
const GONE_APP = sid("AP", 100);
const HIDDEN_APP = sid("AP", 101);

type App = UrlKind | "absent" | "gone";
const APPS: readonly App[] = ["absent", "gone", ...URL_KINDS];

let world: RouteWorld;

beforeAll(async () => {
  world = await startRouteWorld();
  const { control, accountSid, urlOf } = world;
  control.createNumber(accountSid, { phoneNumber: NUMBER, sid: NUMBER_SID });
  control.createSender(accountSid, { phoneNumber: NUMBER, sid: SENDER_SID });
  for (const serviceSid of [SERVICE_SID, SENDER_SERVICE_SID])
    control.createService(accountSid, { sid: serviceSid });
  for (const kind of URL_KINDS) {
    const urls = { voice_url: urlOf(kind, "voice"), sms_url: urlOf(kind, "message") };
    control.createApplication(accountSid, { sid: appSid(kind), ...urls });
  }
});

afterAll(() => world.close());

function appSid(app: App): string {
  if (app === "absent") return "";
  return app === "gone" ? GONE_APP : sid("AP", URL_KINDS.indexOf(app) + 1);
}

/** What can be read of an App and its SID on the number, `field` being where its URL stands. */
function appFacts(app: App, isHidden: boolean, field: "voiceUrl" | "smsUrl", purpose: Purpose) {
  // What may not be read has the same SID in all of the states that then look alike.
  if (isHidden && app !== "absent") return { appSid: HIDDEN_APP, application: "unreadable" as const };
  const exists = app !== "absent" && app !== "gone";
  return { appSid: appSid(app), application: exists ? { [field]: world.urlOf(app, purpose) } : null };
}

/** Thousands of requests, on a machine that may be busy. */
const TIMEOUT_MS = 120_000;

interface CallState {
  readonly region: "us1" | "ie1";
  readonly trunk: boolean;
  readonly fax: boolean;
  readonly app: App;
  readonly url: UrlKind;
}

const CALL_STATES = combinations<CallState>({
  region: ["us1", "ie1"],
  trunk: [false, true],
  fax: [false, true],
  app: APPS,
  url: URL_KINDS,
  // Twilio itself keeps no App beside a trunk.
}).filter(({ trunk, app }) => !trunk || app === "absent");

function callFacts({ region, trunk, fax, app, url }: CallState, isAppHidden: boolean) {
  const shown = appFacts(app, isAppHidden, "voiceUrl", "voice");
  return routeFacts({
    number: {
      voiceUrl: world.urlOf(url, "voice"),
      trunkSid: trunk ? TRUNK : "",
      voiceReceiveMode: fax ? "fax" : "voice",
      voiceApplicationSid: shown.appSid,
    },
    voiceApplication: shown.application,
    voiceRegion: region,
  });
}

test(`calls go to whom we say (${CALL_STATES.length} states)`, { timeout: TIMEOUT_MS }, async () => {
  const { control } = world;
  const table: RouteTable<CallState> = {
    channel: "voice",
    states: CALL_STATES,
    arrange: ({ region, trunk, fax, app, url }) => {
      control.setRegion(NUMBER, region);
      control.updateNumber(NUMBER_SID, {
        voice_url: world.urlOf(url, "voice"),
        trunk_sid: trunk ? TRUNK : "",
        voice_receive_mode: fax ? "fax" : "voice",
        voice_application_sid: appSid(app),
      });
    },
    place: async () => {
      const { route } = await control.placeCall({ from: CALLER, to: NUMBER });
      return world.placed("voice", route);
    },
    views: [(state) => callFacts(state, false), (state) => callFacts(state, true)],
    without: (state, { kind }) => {
      if (kind === "trunk") return { ...state, trunk: false };
      if (kind === "application") return { ...state, app: "absent" };
      return kind === "nobody" && state.fax ? { ...state, fax: false } : undefined;
    },
    undisturbed: (state) => ({ ...state, region: "us1" }),
  };
  expect(await disagreements(world, table)).toEqual([]);
});

/** Whether a message starts a Conversation, and then whether that keeps it to itself: sources conflict. */
type Conversations = (typeof CONVERSATIONS)[number];
const CONVERSATIONS = ["none", "configured, not started", "started", "started, capturing"] as const;

interface MessageState {
  readonly conversations: Conversations;
  readonly service: UrlKind | "absent";
  readonly defers: boolean;
  readonly url: UrlKind;
}

const MESSAGE_AXES = {
  conversations: CONVERSATIONS,
  service: ["absent", ...URL_KINDS],
  defers: [false, true],
  url: URL_KINDS,
} as const;

const isPossible = ({ service, defers }: MessageState) => service !== "absent" || !defers;

function arrangeMessages(
  { conversations, service, defers }: MessageState,
  address: string,
  memberSid: string,
) {
  const { control, accountSid, urlOf } = world;
  control.removeAddressConfiguration(accountSid, address);
  if (conversations !== "none") {
    const autoCreation = { enabled: conversations !== "configured, not started" };
    control.setAddressConfiguration(accountSid, { address, autoCreation });
  }
  control.conversationsCapture(conversations === "started, capturing");
  control.removeFromService(memberSid);
  if (service === "absent") return;
  const serviceSid = memberSid === NUMBER_SID ? SERVICE_SID : SENDER_SERVICE_SID;
  control.updateService(serviceSid, {
    inbound_request_url: urlOf(service, "message"),
    use_inbound_webhook_on_number: defers,
  });
  control.addToService(serviceSid, memberSid);
}

function serviceFacts({
  service,
  defers,
}: MessageState): RouteState["service"] & RouteState["senderService"] {
  if (service === "absent") return null;
  return {
    inboundRequestUrl: world.urlOf(service, "message"),
    useInboundWebhookOnNumber: String(defers),
  };
}

const starts = ({ conversations }: MessageState) =>
  ({ known: true, value: conversations.startsWith("started") }) as const;

interface SmsState extends MessageState {
  readonly app: App;
}

const SMS_STATES = combinations<SmsState>({ ...MESSAGE_AXES, app: APPS }).filter(isPossible);

interface Hidden {
  readonly app: boolean;
  readonly service: boolean;
}

function smsFacts(state: SmsState, hidden: Hidden) {
  const shown = appFacts(state.app, hidden.app, "smsUrl", "message");
  return routeFacts({
    number: { smsUrl: world.urlOf(state.url, "message"), smsApplicationSid: shown.appSid },
    smsApplication: shown.application,
    service: hidden.service ? "unreadable" : serviceFacts(state),
    startsConversations: { sms: starts(state) },
  });
}

test(`SMS go to whom we say (${SMS_STATES.length} states)`, { timeout: TIMEOUT_MS }, async () => {
  const { control } = world;
  const table: RouteTable<SmsState> = {
    channel: "sms",
    states: SMS_STATES,
    arrange: (state) => {
      arrangeMessages(state, NUMBER, NUMBER_SID);
      control.updateNumber(NUMBER_SID, {
        sms_url: world.urlOf(state.url, "message"),
        sms_application_sid: appSid(state.app),
      });
    },
    place: async () => {
      const { route } = await control.receiveMessage({ from: CALLER, to: NUMBER, body: "Hello" });
      return world.placed("message", route);
    },
    views: combinations<Hidden>({ app: [false, true], service: [false, true] }).map(
      (hidden) => (state) => smsFacts(state, hidden),
    ),
    without: (state, { kind }) => {
      if (kind === "service" || kind === "disabled") return { ...state, service: "absent", defers: false };
      return state.app === "absent" ? undefined : { ...state, app: "absent" };
    },
    undisturbed: (state) => ({ ...state, conversations: "none" }),
  };
  expect(await disagreements(world, table)).toEqual([]);
});

interface WhatsAppState extends MessageState {
  readonly status: "absent" | "ONLINE" | "ONLINE:UPDATING" | "OFFLINE" | "VERIFYING";
}

const WHATSAPP_STATES = combinations<WhatsAppState>({
  ...MESSAGE_AXES,
  status: ["absent", "ONLINE", "ONLINE:UPDATING", "OFFLINE", "VERIFYING"],
}).filter((state) => isPossible(state) && (state.status !== "absent" || state.conversations === "none"));

interface HiddenSender {
  readonly sender: boolean;
  readonly service: boolean;
}

function whatsappFacts(state: WhatsAppState, hidden: HiddenSender) {
  const { status, url } = state;
  const sender = status === "absent" ? null : { callbackUrl: world.urlOf(url, "message") };
  return routeFacts({
    sender: hidden.sender ? "unreadable" : sender,
    senderStatus: status,
    // Of a sender that may not be read, nobody can ask which service has it.
    senderService: hidden.sender || hidden.service ? "unreadable" : serviceFacts(state),
    startsConversations: { whatsapp: starts(state) },
  });
}

test(`WhatsApp messages go to whom we say (${WHATSAPP_STATES.length} states)`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const { control } = world;
  let hasSender = true;
  const table: RouteTable<WhatsAppState> = {
    channel: "whatsapp",
    states: WHATSAPP_STATES,
    arrange: (state) => {
      const { status, url } = state;
      hasSender = status !== "absent";
      arrangeMessages(state, `whatsapp:${NUMBER}`, SENDER_SID);
      if (status === "absent") return;
      control.updateSender(SENDER_SID, { callback_url: world.urlOf(url, "message") });
      control.setSenderStatus(SENDER_SID, status);
    },
    place: async () => {
      // The network knows no such address.
      if (!hasSender) return world.placed("message", { kind: "nobody", sid: null, url: null });
      const message = { from: CALLER, to: NUMBER, body: "Hello", channel: "whatsapp" } as const;
      const { route } = await control.receiveMessage(message);
      return world.placed("message", route);
    },
    views: combinations<HiddenSender>({ sender: [false, true], service: [false, true] }).map(
      (hidden) => (state) => whatsappFacts(state, hidden),
    ),
    without: (state, { kind }) =>
      kind === "service" || kind === "disabled" ? { ...state, service: "absent", defers: false } : undefined,
    undisturbed: (state) => ({ ...state, conversations: "none" }),
  };
  expect(await disagreements(world, table)).toEqual([]);
});

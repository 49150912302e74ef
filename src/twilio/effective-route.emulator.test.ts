// What we say about who answers, against what happens when somebody calls or writes.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Emulator, type NumberFields, type ServiceFields, startEmulator } from "../../emulator/index.ts";
import { startReceiver } from "../../emulator/test-kit.ts";
import { type EffectiveRoute, effectiveRoutes } from "./effective-route.ts";
import { CREDENTIALS, emulatedClient, sid, type TestClient } from "./twilio.testing.ts";
import type { Channel } from "./webhook-config.ts";
import { readWebhooks } from "./webhook-manager.ts";
import { webhookUrls } from "./webhook-urls.ts";

const CALLER = "+14155559999";
const APP = sid("AP");
const TRUNK = sid("TK");

let emulator: Emulator;
let client: TestClient;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let phoneNumber: string;
let serial = 0;

beforeAll(async () => {
  emulator = await startEmulator({ allowLocalhostUrls: true });
  client = emulatedClient(emulator);
  receiver = await startReceiver(CREDENTIALS.authToken);
  const urls = { voice_url: `${receiver.url}/app`, sms_url: `${receiver.url}/app` };
  emulator.control.createApplication(CREDENTIALS.accountSid, { sid: APP, ...urls });
});

afterAll(async () => {
  await emulator.close();
  await receiver.close();
});

beforeEach(() => {
  phoneNumber = `+1415555${String(++serial).padStart(4, "0")}`;
  receiver.received.length = 0;
});

type Url = "none" | "ours" | "foreign";

function urlOf(url: Url): string {
  const { voiceUrl } = webhookUrls(receiver.url, "agent_1");
  return { none: "", ours: voiceUrl, foreign: `${receiver.url}/foreign` }[url];
}

async function routeOf(numberSid: string, channel: Channel): Promise<EffectiveRoute> {
  const observed = await readWebhooks(
    client,
    { sid: numberSid, e164: phoneNumber },
    { sms: true, whatsapp: true },
  );
  const ours = { publicUrl: receiver.url, earlierPublicUrls: [], agentId: "agent_1" };
  return effectiveRoutes(observed, ours)[channel];
}

/** The emulator's name for what decides, where a URL is called and where none is. */
const KINDS: Readonly<Record<string, readonly [withUrl: string, withoutUrl: string]>> = {
  trunkSid: ["trunk", "trunk"],
  voiceApplicationSid: ["application", "application"],
  smsApplicationSid: ["application", "application"],
  voiceReceiveMode: ["nobody", "nobody"],
  voiceUrl: ["number", "nobody"],
  smsUrl: ["number", "nobody"],
  inboundRequestUrl: ["service", "disabled"],
  callbackUrl: ["sender", "nobody"],
  status: ["nobody", "nobody"],
};

interface Outcome {
  readonly kind: string | undefined;
  readonly sid: string | null;
  /** Empty where it is not a URL in the number's own configuration that decides. */
  readonly url: string;
  readonly reachesUs: boolean;
}

function foretold({ decidedBy, url, verdict }: EffectiveRoute): Outcome {
  const kind = KINDS[decidedBy?.field ?? ""]?.[url === "" ? 1 : 0];
  const decidingSid = kind === "nobody" ? null : (decidedBy?.sid ?? null);
  return { kind, sid: decidingSid, url, reachesUs: verdict === "ours" };
}

function happened(route: { kind: string; sid: string | null; url: string | null }): Outcome {
  const { kind } = route;
  return {
    kind,
    sid: kind === "nobody" ? null : route.sid,
    url: ["number", "service", "sender"].includes(kind) ? (route.url ?? "") : "",
    reachesUs: receiver.received.some(({ path, isSigned }) => isSigned && path === "/api/twilio/voice"),
  };
}

const URLS_SET: readonly Url[] = ["none", "ours", "foreign"];
const OVER_VOICE: readonly NumberFields[] = [
  {},
  { trunk_sid: TRUNK },
  { voice_application_sid: APP },
  { voice_receive_mode: "fax" },
  { voice_receive_mode: "fax", voice_application_sid: APP },
];

test.each(URLS_SET.flatMap((url) => OVER_VOICE.map((fields) => [url, fields] as const)))(
  "a call: %s voice URL under %o",
  async (url, fields) => {
    const number = { phoneNumber, voice_url: urlOf(url), ...fields };
    const created = emulator.control.createNumber(CREDENTIALS.accountSid, number);
    const said = await routeOf(created.sid, "voice");
    const { route } = await emulator.control.placeCall({ from: CALLER, to: phoneNumber });
    expect(happened(route)).toEqual(foretold(said));
  },
);

interface Service extends ServiceFields {
  readonly url: Url;
}

const SERVICES: readonly (Service | undefined)[] = [
  undefined,
  ...URLS_SET.map((url) => ({ url })),
  ...URLS_SET.map((url) => ({ url, use_inbound_webhook_on_number: true })),
];

function addToService({ url, ...fields }: Service, memberSid: string): void {
  const service = { friendly_name: "A service", inbound_request_url: urlOf(url), ...fields };
  emulator.control.addToService(
    emulator.control.createService(CREDENTIALS.accountSid, service).sid,
    memberSid,
  );
}

const OVER_SMS: readonly NumberFields[] = [{}, { sms_application_sid: APP }];
const SMS_STATES = URLS_SET.flatMap((url) =>
  OVER_SMS.flatMap((fields) => SERVICES.map((service) => [url, fields, service] as const)),
);

test.each(SMS_STATES)("an SMS: %s SMS URL under %o in the service %o", async (url, fields, service) => {
  const number = { phoneNumber, sms_url: urlOf(url), ...fields };
  const created = emulator.control.createNumber(CREDENTIALS.accountSid, number);
  if (service) addToService(service, created.sid);
  const said = await routeOf(created.sid, "sms");
  const message = { from: CALLER, to: phoneNumber, body: "Hello" };
  const { route } = await emulator.control.receiveMessage(message);
  expect(happened(route)).toEqual(foretold(said));
});

const WHATSAPP_STATES = URLS_SET.flatMap((url) => [
  [url, "ONLINE", undefined] as const,
  [url, "ONLINE:UPDATING", undefined] as const,
  [url, "OFFLINE", undefined] as const,
  // Without a service's URL, sources do not say whether the sender's own is called.
  ...SERVICES.filter((service) => service && service.url !== "none").map(
    (service) => [url, "ONLINE", service] as const,
  ),
]);

test.each(WHATSAPP_STATES)(
  "a WhatsApp message: %s callback URL of a sender that is %s in the service %o",
  async (url, status, service) => {
    const number = emulator.control.createNumber(CREDENTIALS.accountSid, { phoneNumber });
    const webhook = { callback_url: urlOf(url) };
    const sender = emulator.control.createSender(CREDENTIALS.accountSid, { phoneNumber, status, webhook });
    if (service) addToService(service, sender.sid);
    const said = await routeOf(number.sid, "whatsapp");
    const message = { from: CALLER, to: phoneNumber, body: "Hello", channel: "whatsapp" as const };
    const { route } = await emulator.control.receiveMessage(message);
    expect(happened(route)).toEqual(foretold(said));
  },
);

// What the tests of this folder share: SIDs, states of Twilio written by hand, and clients that never really wait.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { Agent } from "undici";
import type { Emulator } from "../../emulator/index.ts";
import { type TestClock, testClock } from "../base/clock.testing.ts";
import type { Clock } from "../base/clock.ts";
import { createLogger } from "../base/log.ts";
import { createMetrics } from "../base/metrics.ts";
import { createTwilioClient, type TwilioClient, type TwilioCredentials } from "./client.ts";
import type { ClientUse, HttpClientDeps, HttpClientOptions } from "./http-client.ts";
import type { Known, Observed, ObservedApplication, ObservedService, RouteFacts } from "./observed.ts";
import { RequestGates } from "./request-gates.ts";
import type { Fields, ResourceConfig } from "./webhook-config.ts";
import { type OurUrls, webhookUrls } from "./webhook-urls.ts";

export function sid(prefix: "AC" | "AP" | "MG" | "PN" | "SK" | "TK" | "XE", serial = 1): string {
  return prefix + serial.toString(16).padStart(32, "0");
}

export const OURS: OurUrls = {
  publicUrl: "https://switchhook.example.com",
  earlierPublicUrls: ["https://tunnel.example.com"],
  agentId: "agent_1",
};
export const URLS = webhookUrls(OURS.publicUrl, "agent_1");
export const EARLIER_URLS = webhookUrls("https://tunnel.example.com", "agent_1");
export const OTHER_DEPLOYMENT_URLS = webhookUrls("https://staging.example.com", "agent_1");
export const FOREIGN_URL = "https://crm.example.com/calls";

export const UNREADABLE = { known: false, reason: "These credentials may not read it." } as const;

const BLANK_NUMBER: Fields = {
  voiceUrl: "",
  voiceMethod: "POST",
  voiceFallbackUrl: "",
  voiceFallbackMethod: "POST",
  statusCallback: "",
  statusCallbackMethod: "POST",
  voiceApplicationSid: "",
  trunkSid: "",
  voiceReceiveMode: "voice",
  smsUrl: "",
  smsMethod: "POST",
  smsFallbackUrl: "",
  smsFallbackMethod: "POST",
  smsApplicationSid: "",
};
const BLANK_SERVICE: Fields = {
  inboundRequestUrl: "",
  inboundMethod: "POST",
  fallbackUrl: "",
  fallbackMethod: "POST",
  useInboundWebhookOnNumber: "false",
};
const BLANK_SENDER: Fields = {
  callbackUrl: "",
  callbackMethod: "",
  fallbackUrl: "",
  fallbackMethod: "",
  statusCallbackUrl: "",
  statusCallbackMethod: "",
};

export const NUMBER_SID = sid("PN");
export const SENDER_SID = sid("XE");
/** The service that the number is in. */
export const SERVICE_SID = sid("MG", 1);
/** The service that the sender is in, unless both are in the same one. */
export const SENDER_SERVICE_SID = sid("MG", 2);

/** The fields that are not blank; null for what is not there; "unreadable" for what may not be read. */
type Part = Fields | null | "unreadable";

export interface State {
  readonly number?: Fields;
  readonly service?: Part;
  readonly sender?: Part;
  readonly senderStatus?: string;
  readonly senderService?: Part | "the same";
}

/** A state of Twilio: a blank number without a service or a sender, but for what is said. */
export function observed(state: State = {}): Observed {
  const { number = {}, service = null, sender = null, senderStatus: status = "ONLINE" } = state;
  const numbersService = serviceFrom(SERVICE_SID, service);
  const { senderService = null } = state;
  return {
    number: { resource: "number", sid: NUMBER_SID, fields: { ...BLANK_NUMBER, ...number } },
    service: numbersService,
    sender: known(sender, (fields) => ({
      status,
      config: { resource: "sender", sid: SENDER_SID, fields: { ...BLANK_SENDER, ...fields } },
    })),
    senderService:
      senderService === "the same" ? numbersService : serviceFrom(SENDER_SERVICE_SID, senderService),
  };
}

function serviceFrom(serviceSid: string, part: Part): Known<ObservedService | undefined> {
  return known(part, ({ statusCallback = "", ...fields }) => ({
    friendlyName: "A service",
    statusCallback,
    config: { resource: "service", sid: serviceSid, fields: { ...BLANK_SERVICE, ...fields } },
  }));
}

function known<T>(part: Part, make: (fields: Fields) => T): Known<T | undefined> {
  if (part === "unreadable") return UNREADABLE;
  return { known: true, value: part === null ? undefined : make(part) };
}

export interface RouteState extends State {
  /** Of the TwiML App that the number names; null where it is gone. */
  readonly voiceApplication?: Part;
  readonly smsApplication?: Part;
  readonly voiceRegion?: string;
  readonly startsConversations?: Partial<RouteFacts["startsConversations"]>;
}

/** A state of Twilio with what else says who answers: nothing that warns, but for what is said. */
export function routeFacts(state: RouteState = {}): RouteFacts {
  const { voiceApplication = null, smsApplication = null, voiceRegion = "us1" } = state;
  return {
    ...observed(state),
    voiceApplication: known(voiceApplication, applicationFrom),
    smsApplication: known(smsApplication, applicationFrom),
    voiceRegion: { known: true, value: voiceRegion },
    startsConversations: {
      sms: { known: true, value: false },
      whatsapp: { known: true, value: false },
      ...state.startsConversations,
    },
  };
}

function applicationFrom({ voiceUrl = "", smsUrl = "" }: Fields): ObservedApplication {
  return { voiceUrl, smsUrl };
}

/** The fields of one resource in a list of them. */
export function fieldsOf(configs: readonly ResourceConfig[], resourceSid: string): Fields | undefined {
  return configs.find((config) => config.sid === resourceSid)?.fields;
}

export interface TestClient extends TwilioClient {
  readonly clock: TestClock;
}

export const CREDENTIALS: TwilioCredentials = { accountSid: sid("AC"), authToken: "a-made-up-auth-token" };

interface TestClientOptions extends Partial<HttpClientOptions>, ClientUse {
  readonly clock?: TestClock;
  readonly credentials?: TwilioCredentials;
}

export function testClient(baseUrl: string, options: TestClientOptions = {}): TestClient {
  const { clock = testClock(), credentials = CREDENTIALS, attemptTimeoutMs = 5_000, deadlineMs } = options;
  const http = { baseUrl, attemptTimeoutMs, deadlineMs };
  return { ...createTwilioClient(httpDeps(clock), credentials, http, options), clock };
}

/** What clients of one process share. */
export function httpDeps(clock: Clock = testClock()): HttpClientDeps {
  return {
    clock,
    log: createLogger("silent"),
    metrics: createMetrics(),
    gates: new RequestGates(clock),
    dispatcher: new Agent(),
  };
}

/** A client of the emulator's account, which is made as well. */
export function emulatedClient(emulator: Emulator, options: TestClientOptions = {}): TestClient {
  const { accountSid, authToken } = CREDENTIALS;
  emulator.control.createAccount({ sid: accountSid, authToken });
  return testClient(emulator.url, options);
}

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

type Answer = (request: ReceivedRequest, res: ServerResponse) => void;

/** A server that answers as it is told, for what the emulator is too well-behaved to say. */
export async function startServer(answer: Answer) {
  const received: ReceivedRequest[] = [];
  const respond = async (req: IncomingMessage, res: ServerResponse) => {
    const { method = "", url = "", headers } = req;
    const request = { method, url, headers, body: await text(req) };
    received.push(request);
    answer(request, res);
  };
  const server = createServer((req, res) => void respond(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, received, close };
}

export function json(res: ServerResponse, body: unknown, status = 200): void {
  res.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

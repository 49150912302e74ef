// A whole Switchhook in front of an emulated Twilio, and a client that speaks to it as a user would: over HTTP, without
// a server in between.
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/index.ts";
import { createSwitchhook, type Switchhook, type SwitchhookOptions } from "../../src/index.ts";
import { createTestDatabase, type DatabaseKind, type TestDatabase } from "./databases.ts";

export const ACCOUNT_SID = `AC${"a".repeat(32)}`;
export const AUTH_TOKEN = "a-made-up-auth-token-for-tests";
export const API_KEY = "a-made-up-api-key-for-tests";
export const SECRET = "a made-up secret of more than 32 characters";
export const PUBLIC_URL = "https://switchhook.example.com";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the body, member by member
  readonly body: any;
}

export interface World {
  readonly emulator: Emulator;
  readonly switchhook: Switchhook;
  readonly databaseUrl: string;
  /** The id of the connected account. */
  readonly accountId: string;
  /** Sends a request as the owner of the default organization, or with other headers. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** A database of its own of this kind, or one that somebody else makes and drops. */
  readonly database?: DatabaseKind | TestDatabase;
  readonly emulator?: EmulatorOptions;
  readonly switchhook?: SwitchhookOptions;
}

/** An account without numbers; see `addNumber`. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { database: wanted = "PGlite" } = options;
  const database = typeof wanted === "string" ? await createTestDatabase(wanted) : wanted;
  const emulator = await startEmulator({ ...options.emulator });
  emulator.control.createAccount({ sid: ACCOUNT_SID, authToken: AUTH_TOKEN, friendlyName: "Test account" });
  const switchhook = await createSwitchhook(nodeOptions(database.url, emulator.url, options.switchhook));
  const request = requester(switchhook);
  const account = await request("POST", "/api/twilio-accounts", {
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
  });
  return {
    emulator,
    switchhook,
    request,
    databaseUrl: database.url,
    accountId: account.body.id,
    close: async () => {
      await switchhook.stop();
      await emulator.close();
      await database.drop();
    },
  };
}

function nodeOptions(
  databaseUrl: string,
  twilioApiBaseUrl: string,
  options: SwitchhookOptions = {},
): SwitchhookOptions {
  return {
    databaseUrl,
    secret: SECRET,
    apiKey: API_KEY,
    publicUrl: PUBLIC_URL,
    twilioApiBaseUrl,
    logLevel: "silent",
    limitAttempts: false,
    ...options,
  };
}

/** One more node on the world's database, which must be PostgreSQL: PGlite serves one. Stop it before the world closes. */
export async function startNode(
  world: World,
  options: SwitchhookOptions = {},
): Promise<Pick<World, "switchhook" | "request">> {
  const switchhook = await createSwitchhook(nodeOptions(world.databaseUrl, world.emulator.url, options));
  return { switchhook, request: requester(switchhook) };
}

function requester(switchhook: Pick<Switchhook, "fetch">): World["request"] {
  return async (method, path, body, headers = { "x-api-key": API_KEY }) => {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const response = await switchhook.fetch(
      new Request(`${PUBLIC_URL}${path}`, { method, headers, ...(text === undefined ? {} : { body: text }) }),
    );
    const answer = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(answer) : answer };
  };
}

type NewNumber = Parameters<Emulator["control"]["createNumber"]>[1];

/** Creates a number in Twilio and imports it under an id of our choice. @returns its SID */
export async function addNumber(world: World, id: string, number: NewNumber): Promise<string> {
  const { sid } = world.emulator.control.createNumber(ACCOUNT_SID, number);
  const ids = { [number.phoneNumber]: id };
  const answer = await world.request("POST", "/api/phone-numbers/import", {
    accountId: world.accountId,
    ids,
  });
  if (answer.status !== 200) throw new Error(`Import failed: ${JSON.stringify(answer.body)}`);
  world.emulator.control.clearRequests();
  return sid;
}

export async function addAgent(world: World, id: string, answers: object = {}): Promise<void> {
  const voice = { kind: "say", text: `This is ${id}.` };
  const messaging = { kind: "reply", text: `${id} has your message.` };
  const agent = { id, name: `Agent ${id}`, voice, messaging, ...answers };
  const answer = await world.request("POST", "/api/agents", agent);
  if (answer.status !== 201) throw new Error(`No agent: ${JSON.stringify(answer.body)}`);
}

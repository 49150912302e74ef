// A Switchhook that really listens, so that the emulated Twilio can call it, and a caller who signs as Twilio does.
import { pino } from "pino";
import { type EmulatorOptions, signWebhook } from "../../emulator/index.ts";
import { type RunningServer, serve } from "../../src/adapters/node.ts";
import type { Switchhook, SwitchhookOptions } from "../../src/index.ts";
import type { DatabaseKind, TestDatabase } from "./databases.ts";
import { ACCOUNT_SID, AUTH_TOKEN, createWorld, type World } from "./world.ts";

export const CALLER = "+14155559999";

export type Params = Readonly<Record<string, string>>;

export interface ServedWorld extends World {
  /** Where it listens: its public URL. */
  readonly url: string;
  /** Every wide log line so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Posts a webhook as Twilio would, or as somebody who would like to be. */
  post(path: string, params: Params, signature?: string): Promise<Response>;
  /** Signs for the path under the public URL. */
  sign(path: string, params: Params, authToken?: string): string;
  postSigned(path: string, params: Params): Promise<Response>;
}

/** A world whose public URL is a server's of its own. */
export async function createServedWorld(
  database: DatabaseKind | TestDatabase,
  options: SwitchhookOptions = {},
  emulator: EmulatorOptions = {},
): Promise<ServedWorld> {
  const server = await openServer();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const world = await createWorld({
    database,
    emulator: { allowLocalhostUrls: true, ...emulator },
    switchhook: { publicUrl: server.url, log, ...options },
  });
  server.answerWith(world.switchhook);
  const post = (path: string, params: Params, signature?: string) =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      headers: signature === undefined ? {} : { "x-twilio-signature": signature },
      body: new URLSearchParams(params),
    });
  const sign = (path: string, params: Params, authToken = AUTH_TOKEN) =>
    signWebhook({ url: `${server.url}${path}`, params, authToken });
  return {
    ...world,
    url: server.url,
    lines,
    post,
    sign,
    postSigned: (path, params) => post(path, params, sign(path, params)),
    close: async () => {
      await world.close();
      await server.close();
    },
  };
}

export interface OpenServer extends RunningServer {
  /** Until then it answers 503. */
  answerWith(switchhook: Pick<Switchhook, "fetch">): void;
}

/** A server whose base URL is known before the Switchhook that it leads to exists. */
export async function openServer(): Promise<OpenServer> {
  let switchhook: Pick<Switchhook, "fetch"> = { fetch: () => new Response(null, { status: 503 }) };
  const server = await serve(
    { fetch: (request, env) => switchhook.fetch(request, env) },
    { port: 0, host: "127.0.0.1" },
  );
  return {
    ...server,
    answerWith: (answering) => {
      switchhook = answering;
    },
  };
}

/** What Twilio says of a call that comes in for a number. */
export function callTo({ e164 }: { readonly e164: string }): Params {
  return {
    AccountSid: ACCOUNT_SID,
    CallSid: `CA${e164.slice(1).padStart(32, "0")}`,
    From: CALLER,
    To: e164,
    CallStatus: "ringing",
  };
}

/** What Twilio says when that call has ended. */
export function endOfCallTo(number: { readonly e164: string }): Params {
  return { ...callTo(number), CallStatus: "completed", CallDuration: "10", SequenceNumber: "0" };
}

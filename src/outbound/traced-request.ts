/**
 * One HTTP request that is watched on its way: name, connection, TLS, answer. For looking at our own public URL, which
 * the operator has chosen, so addresses are not judged here; `outbound-client.ts` is for those that tenants choose.
 */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { TLSSocket } from "node:tls";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";

export interface TracedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

export type Stage = "dns" | "connect" | "tls" | "answer";

/** When each stage was over, in milliseconds since the beginning; undefined for one that was not reached or not needed. */
export type Timings = Partial<Record<Stage, number>>;

export interface Certificate {
  readonly protocol: string;
  readonly issuer: string;
  readonly validTo: Date;
}

interface Travelled {
  readonly timings: Timings;
  readonly totalMs: number;
  /** The IP address that was connected to. */
  readonly address: string | undefined;
  readonly certificate: Certificate | undefined;
}

export type Trace = Travelled &
  (
    | {
        readonly outcome: "answered";
        readonly status: number;
        readonly headers: Readonly<Record<string, string | string[] | undefined>>;
        readonly body: string;
      }
    | { readonly outcome: "failed"; readonly stage: Stage; readonly reason: string }
  );

const MAX_ANSWER_BYTES = 64 * 1024;

/** Posts a form. Never rejects: what goes wrong is what was asked for. Follows no redirect. */
export async function traceRequest(
  { clock }: { readonly clock: Pick<Clock, "now"> },
  input: TracedRequest,
): Promise<Trace> {
  const startedAt = clock.now().getTime();
  const elapsed = () => clock.now().getTime() - startedAt;
  const timings: Timings = {};
  let address: string | undefined;
  let certificate: Certificate | undefined;
  const travelled = (): Travelled => ({ timings, totalMs: elapsed(), address, certificate });
  try {
    const sending = send(input);
    sending.on("socket", (socket) => {
      socket.once("lookup", (error: Error | null) => {
        if (!error) timings.dns = elapsed();
      });
      socket.once("connect", () => {
        timings.connect = elapsed();
        address = socket.remoteAddress;
      });
      socket.once("secureConnect", () => {
        timings.tls = elapsed();
        if (socket instanceof TLSSocket) certificate = certificateOf(socket);
      });
    });
    const answer = await answerTo(sending);
    timings.answer = elapsed();
    const body = await bodyOf(answer);
    return {
      outcome: "answered",
      status: answer.statusCode ?? 0,
      headers: answer.headers,
      body,
      ...travelled(),
    };
  } catch (error) {
    const stage = stageReached(input.url, timings);
    return { outcome: "failed", stage, reason: messageOf(error), ...travelled() };
  }
}

function send({ url, headers, body, timeoutMs }: TracedRequest): ClientRequest {
  const { protocol } = new URL(url);
  const open = protocol === "https:" ? requestHttps : requestHttp;
  const sending = open(url, {
    method: "POST",
    // A connection of its own: one that is open already would hide what a new caller meets.
    agent: false,
    headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
    signal: AbortSignal.timeout(timeoutMs),
  });
  sending.end(body);
  return sending;
}

function answerTo(sending: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sending.once("response", resolve);
    sending.on("error", reject);
  });
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      answer.destroy();
      throw new Error(`The answer has more than ${MAX_ANSWER_BYTES / 1024} KiB`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function certificateOf(socket: TLSSocket): Certificate {
  const { issuer, valid_to } = socket.getPeerCertificate();
  const name = [issuer?.O, issuer?.CN].flat().find((part) => part !== undefined) ?? "";
  return { protocol: socket.getProtocol() ?? "", issuer: name, validTo: new Date(valid_to) };
}

function stageReached(url: string, { dns, connect, tls }: Timings): Stage {
  const isSecure = url.startsWith("https:");
  if (connect !== undefined) return isSecure && tls === undefined ? "tls" : "answer";
  const isName = !/^\w+:\/\/(\[|[\d.]+[:/])/.test(url);
  return isName && dns === undefined ? "dns" : "connect";
}

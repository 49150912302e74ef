// Webhooks as Twilio sends them, signed beforehand, so that the load generator has nothing to compute.

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { signWebhook } from "../../emulator/index.ts";

export const BENCH_ACCOUNT_SID = `AC${"b".repeat(32)}`;
export const BENCH_AUTH_TOKEN = "a-made-up-token-for-the-benchmark";
/** What is signed; none of the servers asks the Host header. */
export const BENCH_PUBLIC_URL = "https://switchhook.example.com";
export const BENCH_NUMBERS = 100;

export interface SignedRequest {
  readonly path: string;
  readonly signature: string;
  readonly body: string;
}

export function benchNumber(index: number): string {
  return `+1628555${String(index % BENCH_NUMBERS).padStart(4, "0")}`;
}

/** The end of a call of its own; the parameters of a real capture, in its order. */
export function statusCallback(index: number): SignedRequest {
  return signed("/api/twilio/status", {
    ...place("Called", benchNumber(index)),
    ...place("To", benchNumber(index)),
    ...place("Caller", "+14155559999"),
    ...place("From", "+14155559999"),
    Direction: "inbound",
    Timestamp: new Date().toUTCString().replace("GMT", "+0000"),
    CallbackSource: "call-progress-events",
    SequenceNumber: "0",
    CallSid: callSid(index),
    ApiVersion: "2010-04-01",
    CallStatus: "completed",
    Duration: "1",
    CallDuration: String(index % 60),
    AccountSid: BENCH_ACCOUNT_SID,
  });
}

/** A call that comes in. */
export function voiceWebhook(index: number): SignedRequest {
  return signed("/api/twilio/voice?agentId=agent", {
    AccountSid: BENCH_ACCOUNT_SID,
    ApiVersion: "2010-04-01",
    CallSid: callSid(index),
    CallStatus: "ringing",
    CallToken: "%7B%22parentCallInfoToken%22%3A%22made-up%22%7D",
    Direction: "inbound",
    ...place("Called", benchNumber(index)),
    ...place("Caller", "+14155559999"),
    ...place("From", "+14155559999"),
    ...place("To", benchNumber(index)),
  });
}

/**
 * Makes a file of one request a line: path, signature and body, separated by tabs. It is on the disk when this returns, so
 * that writing it back does not fall into what is measured.
 */
export async function writeRequests(
  file: string,
  from: number,
  count: number,
  make: (index: number) => SignedRequest,
): Promise<void> {
  const stream = createWriteStream(file, { flush: true });
  for (let index = from; index < from + count; index++) {
    const { path, signature, body } = make(index);
    if (!stream.write(`${path}\t${signature}\t${body}\n`)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "close");
}

function callSid(index: number): string {
  return `CA${index.toString(16).padStart(32, "0")}`;
}

function place(who: string, number: string): Record<string, string> {
  return {
    [who]: number,
    [`${who}City`]: "COLEMAN",
    [`${who}State`]: "MI",
    [`${who}Zip`]: "48612",
    [`${who}Country`]: "US",
  };
}

function signed(path: string, params: Record<string, string>): SignedRequest {
  const signature = signWebhook({ url: `${BENCH_PUBLIC_URL}${path}`, params, authToken: BENCH_AUTH_TOKEN });
  return { path, signature, body: new URLSearchParams(params).toString() };
}

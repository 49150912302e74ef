// The whole client against a Twilio that hides its limit, over HTTP. How near it comes to the limit is measured where
// time is simulated (concurrency-controller.test.ts) and in bench/concurrency.ts; here a machine may be busy with
// something else.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { systemClock } from "../base/clock.ts";
import { createTwilioClient, type TwilioClient } from "./client.ts";
import type { Priority } from "./request-gate.ts";
import { CREDENTIALS, httpDeps } from "./twilio.testing.ts";

const LIMIT = 50;
const LATENCY_MS = 400;
const WRITES = 800;

let emulator: Emulator;
let clientOf: (priority: Priority) => TwilioClient;
let limit: () => number;
let numberSid: string;
beforeEach(async () => {
  emulator = await startEmulator({ latencyMs: LATENCY_MS, concurrencyLimit: LIMIT });
  emulator.control.createAccount({ sid: CREDENTIALS.accountSid, authToken: CREDENTIALS.authToken ?? "" });
  numberSid = emulator.control.createNumber(CREDENTIALS.accountSid, { phoneNumber: "+14155550100" }).sid;
  const deps = httpDeps(systemClock);
  const http = { baseUrl: emulator.url, attemptTimeoutMs: 5_000 };
  limit = () => deps.gates.of(`${CREDENTIALS.accountSid} ${emulator.url}`).limit;
  clientOf = (priority) => createTwilioClient(deps, CREDENTIALS, http, { priority });
});
afterEach(() => emulator.close());

const write = (client: TwilioClient, index: number) =>
  client.sdk.incomingPhoneNumbers(numberSid).update({ voiceUrl: `https://example.com/${index}` });

const writeAll = (client: TwilioClient) =>
  Promise.all(Array.from({ length: WRITES }, (_, index) => write(client, index)));

async function durationOf(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
}

test("a batch finds the limit without being told, is hardly ever refused, and nobody waits behind it", async () => {
  const batch = writeAll(clientOf("batch"));
  const waits: number[] = [];
  for (let asked = 0; asked < 9; asked++) waits.push(await durationOf(write(clientOf("interactive"), asked)));
  await batch;

  const requests = emulator.control.requests({ method: "POST" });
  expect(requests.filter(({ applied }) => applied)).toHaveLength(WRITES + waits.length);
  expect(requests.filter(({ status }) => status === 429).length).toBeLessThan(WRITES / 100);
  // It begins with 20.
  expect(limit()).toBeGreaterThan(0.6 * LIMIT);
  // A busy machine adds its own time to every one of them; whoever came after the batch would wait for seconds.
  expect(waits.toSorted((a, b) => a - b)[4]).toBeLessThan(4 * LATENCY_MS);
});

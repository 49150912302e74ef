// How near does a batch come to what Twilio allows, without being told? Writes through the whole client, against the emulator
// in a process of its own with a hidden limit; meanwhile somebody asks for something twice a second. The same writes as bare
// requests, by somebody who knows the limit, say what this machine would take anyway.
//
//   npm run bench:concurrency
import { cpus } from "node:os";
import pMap from "p-map";
import { Agent } from "undici";
import { systemClock } from "../src/base/clock.ts";
import { createLogger } from "../src/base/log.ts";
import { createMetrics } from "../src/base/metrics.ts";
import { createTwilioClient, type TwilioClient } from "../src/twilio/client.ts";
import type { HttpClientDeps } from "../src/twilio/http-client.ts";
import { RequestGates } from "../src/twilio/request-gates.ts";
import { type EmulatorProcess, startEmulatorProcess } from "../test/support/emulator-process.ts";

const WRITES = 10_000;
const LATENCY_MS = 100;
const LIMIT = 50;
/** More than the limit, so that it is Twilio's that holds the batch back. */
const WRITERS = 200;
const IDLE_ASKED = 20;
const ASK_EVERY_MS = 500;
const CREDENTIALS = { accountSid: `AC${"b".repeat(32)}`, authToken: "a-made-up-token-for-the-benchmark" };

async function measure(emulator: EmulatorProcess): Promise<void> {
  const { accountSid } = CREDENTIALS;
  await emulator.control("createAccount", { sid: accountSid, authToken: CREDENTIALS.authToken });
  const number = await emulator.control("createNumber", accountSid, { phoneNumber: "+14155550100" });
  const numberSid = sidOf(number);
  const deps: HttpClientDeps = {
    clock: systemClock,
    log: createLogger("silent"),
    metrics: createMetrics(),
    gates: new RequestGates(systemClock),
    dispatcher: new Agent(),
  };
  const http = { baseUrl: emulator.url, attemptTimeoutMs: 10_000 };
  const batch = createTwilioClient(deps, CREDENTIALS, http, { priority: "batch" });
  const interactive = createTwilioClient(deps, CREDENTIALS, http);
  const write = (client: TwilioClient, name: string) => () =>
    client.sdk.incomingPhoneNumbers(numberSid).update({ friendlyName: name });

  const idleMs: number[] = [];
  for (let asked = 0; asked < IDLE_ASKED; asked++) idleMs.push(await durationOf(write(interactive, "idle")));

  const busyMs: number[] = [];
  const isOver = new AbortController();
  const ask = async () => {
    while (!isOver.signal.aborted) {
      busyMs.push(await durationOf(write(interactive, "busy")));
      await systemClock.sleep(ASK_EVERY_MS);
    }
  };
  const asking = ask();
  const numbers = Array.from({ length: WRITES }, (_, index) => `batch ${index}`);
  const batchMs = await durationOf(() =>
    pMap(numbers, (name) => write(batch, name)(), { concurrency: WRITERS }),
  );
  isOver.abort();
  await asking;

  const bareMs = await durationOf(() =>
    pMap(numbers, (name) => bareWrite(emulator.url, numberSid, name), { concurrency: LIMIT }),
  );

  const { values } = await deps.metrics.twilioRequests.get();
  const total = sum(values.map(({ value }) => value));
  const refused = sum(values.filter(({ labels }) => labels.status === 429).map(({ value }) => value));
  const floorMs = (WRITES * LATENCY_MS) / LIMIT;
  console.log(
    `batch        ${seconds(batchMs)}, ${(batchMs / floorMs).toFixed(2)} x the floor of ${seconds(floorMs)}`,
  );
  console.log(
    `told         ${seconds(bareMs)}, ${(bareMs / floorMs).toFixed(2)} x: bare requests that know the limit`,
  );
  console.log(`refused      ${refused} of ${total} requests, ${((100 * refused) / total).toFixed(2)} %`);
  console.log(`interactive  idle ${quantiles(idleMs)}; during the batch ${quantiles(busyMs)}`);
}

async function bareWrite(emulatorUrl: string, numberSid: string, name: string): Promise<void> {
  const { accountSid, authToken } = CREDENTIALS;
  const path = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${numberSid}.json`;
  const response = await fetch(`${emulatorUrl}${path}`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}` },
    body: new URLSearchParams({ FriendlyName: name }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  await response.text();
}

function sidOf(created: unknown): string {
  if (typeof created === "object" && created !== null && "sid" in created) return String(created.sid);
  throw new Error("The emulator made no number");
}

async function durationOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function quantiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number) => `${(sorted[Math.floor((sorted.length - 1) * q)] ?? Number.NaN).toFixed(0)} ms`;
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, most ${at(1)}`;
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
console.log(`${WRITES} writes, ${LATENCY_MS} ms each, ${LIMIT} at once at most\n`);
const emulator = await startEmulatorProcess({ latencyMs: LATENCY_MS, concurrencyLimit: LIMIT });
try {
  await measure(emulator);
} finally {
  emulator.close();
}

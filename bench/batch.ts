// How long does it take to change a fleet? A batch that gives an agent all numbers of an account, at a Twilio with a latency
// and a limit of which nobody is told, and somebody who assigns single numbers meanwhile.
//
//   npm run bench:batch -- 10000
import { cpus, loadavg } from "node:os";
import { createSwitchhook } from "../src/index.ts";
import { startEmulatorProcess } from "../test/support/emulator-process.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { processorTime, since } from "./support/processor-time.ts";

const NUMBERS = Number(process.argv[2] ?? 10_000);
const SINGLE = 20;
const LATENCY_MS = 100;
const LIMIT = 50;
const ACCOUNT_SID = `AC${"b".repeat(32)}`;
const AUTH_TOKEN = "a-made-up-token-for-the-benchmark";

const postgres = await startPostgres();
const emulator = await startEmulatorProcess({});
const switchhook = await createSwitchhook({
  databaseUrl: `${postgres.url}/postgres`,
  secret: "a made-up secret for the benchmark only",
  publicUrl: "https://switchhook.example.com",
  twilioApiBaseUrl: emulator.url,
  logLevel: "silent",
});
const { api, defaultOrganizationId: orgId } = switchhook;
const actor = { orgId, userId: "benchmark", role: "owner" } as const;

function e164(index: number): string {
  return `+1628${String(5_550_000 + index)}`;
}

async function seed(): Promise<void> {
  await emulator.control("createAccount", { sid: ACCOUNT_SID, authToken: AUTH_TOKEN });
  const ids: Record<string, string> = {};
  for (let index = 0; index < NUMBERS + 2 * SINGLE; index++) {
    await emulator.control("createNumber", ACCOUNT_SID, { phoneNumber: e164(index) });
    ids[e164(index)] = `phone_${index}`;
  }
  const account = await api.accounts.connect(actor, { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN });
  await api.phoneNumbers.import(actor, { accountId: account.id, ids });
  await api.agents.create(actor, { id: "agent", name: "Agent" });
}

/** The median of assignments of single numbers, one after the other, in milliseconds. */
async function assignSingle(firstIndex: number): Promise<number> {
  const times: number[] = [];
  for (let index = firstIndex; index < firstIndex + SINGLE; index++) {
    const startedAt = performance.now();
    await api.phoneNumbers.assign(actor, { phoneNumberId: `phone_${index}`, agentId: "agent" });
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[SINGLE / 2] ?? Number.NaN;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

/** How many requests Twilio has answered with each status. */
async function answers(): Promise<ReadonlyMap<string, number>> {
  const response = await switchhook.fetch(new Request("https://switchhook.example.com/metrics"));
  const lines = (await response.text()).matchAll(
    /^switchhook_twilio_requests_total\{.*status="(\d+)".*\} (\d+)/gm,
  );
  const counts = new Map<string, number>();
  for (const [, status = "", count] of lines) counts.set(status, (counts.get(status) ?? 0) + Number(count));
  return counts;
}

async function untilAtRest(batchId: string): Promise<string> {
  let state = "";
  for await (const batch of await api.batches.watch(actor, batchId)) state = batch?.state ?? state;
  return state;
}

await seed();
await emulator.control("setLimits", { latencyMs: LATENCY_MS, concurrencyLimit: LIMIT });
const idleMs = await assignSingle(NUMBERS);

const selection = { phoneNumberIds: Array.from({ length: NUMBERS }, (_, index) => `phone_${index}`) };
const intent = {
  action: "assign",
  agentId: "agent",
  channels: { sms: false, whatsapp: false },
  takeover: false,
} as const;
let batchId = "";
const planSeconds = await secondsOf(async () => {
  const plan = await api.batches.plan(actor, { intent, selection });
  batchId = plan.id;
  while ((await api.batches.get(actor, batchId)).state === "planning") {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

const before = await answers();
const usedBefore = processorTime();
let busyMs = Number.NaN;
let state = "";
const applySeconds = await secondsOf(async () => {
  await api.batches.apply(actor, batchId, { canarySize: 0 });
  const single = assignSingle(NUMBERS + SINGLE);
  state = await untilAtRest(batchId);
  busyMs = await single;
});
const used = since(usedBefore);
const after = await answers();
const { counts } = await api.batches.get(actor, batchId);
const sent = [...after].map(([status, count]) => [status, count - (before.get(status) ?? 0)] as const);
const total = sent.reduce((sum, [, count]) => sum + count, 0);
const refused = sent.find(([status]) => status === "429")?.[1] ?? 0;
const floorSeconds = (NUMBERS * LATENCY_MS) / LIMIT / 1_000;

const again = await secondsOf(async () => {
  const plan = await api.batches.plan(actor, { intent, selection });
  batchId = plan.id;
  while ((await api.batches.get(actor, batchId)).state === "planning") {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
const unchanged = (await api.batches.get(actor, batchId)).counts.unchanged;

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
console.log(
  `${NUMBERS} numbers, ${LATENCY_MS} ms latency, a hidden limit of ${LIMIT}, PostgreSQL, load ${loadavg()[0]?.toFixed(1)}\n`,
);
console.log(`plan                   ${planSeconds.toFixed(1)} s`);
console.log(`apply                  ${applySeconds.toFixed(1)} s, ${state}: ${JSON.stringify(counts)}`);
console.log(
  `floor                  ${floorSeconds.toFixed(1)} s (writes × latency / limit): ${(applySeconds / floorSeconds).toFixed(2)} ×`,
);
console.log(
  `processor time         ${Object.entries(used)
    .map(
      ([what, seconds]) =>
        `${what} ${seconds.toFixed(1)} s (${((1_000 * seconds) / NUMBERS).toFixed(2)} ms a number)`,
    )
    .join(", ")}`,
);
console.log(
  `requests               ${total}, of them answered 429: ${refused} (${((100 * refused) / total).toFixed(2)} %)`,
);
console.log(`single assignment      idle ${idleMs.toFixed(0)} ms, during the batch ${busyMs.toFixed(0)} ms`);
console.log(`planned once more      ${again.toFixed(1)} s, ${unchanged} have nothing to change`);

await switchhook.stop();
emulator.close();
await postgres.stop();

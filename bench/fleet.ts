// How long does it take to look at a whole fleet? Sweeps of two accounts, one ten times as large, at a Twilio with a latency,
// against the obvious loop that reads one number after the other. Nothing differs, so nothing may be written either.
//
//   npm run bench:fleet -- 10000 100000
import { execFile } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { createSwitchhook } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres.ts";
import {
  FLEET_AGENT,
  FLEET_AUTH_TOKEN,
  FLEET_PUBLIC_URL,
  type Fleet,
  fillFleet,
  fleetsOf,
  numberSid,
} from "./support/fleet.ts";
import { startServer } from "./support/load.ts";

/** The first is there to warm up. */
const SIZES = [1, Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 100_000)];
const LATENCY_MS = 100;
const PAGE_SIZE = 1_000;
const LOOP_SAMPLE = 100;
const ROUNDS = 2;
const PLAN_WITHIN_MS = 300_000;
const SECRET = "a made-up secret for the benchmark only";
const SWEEP = fileURLToPath(new URL("support/sweep-load.ts", import.meta.url));
/** As in `npm start`. */
const YOUNG_GENERATION = "--max-semi-space-size=64";

const postgres = await startPostgres();
const databaseUrl = `${postgres.url}/postgres`;
const twilio = await startServer("support/fleet-twilio.ts", {
  FLEET_SIZES: SIZES.join(","),
  LATENCY_MS: String(LATENCY_MS),
});
const switchhook = await createSwitchhook({
  databaseUrl,
  secret: SECRET,
  publicUrl: FLEET_PUBLIC_URL,
  twilioApiBaseUrl: twilio.url,
  logLevel: "silent",
});
const { api, defaultOrganizationId: orgId } = switchhook;
const actor = { orgId, userId: "benchmark", role: "owner" } as const;

async function connect(fleet: Fleet): Promise<string> {
  const { accountSid } = fleet;
  const { id } = await api.accounts.connect(actor, { accountSid, authToken: FLEET_AUTH_TOKEN });
  await fillFleet(databaseUrl, orgId, id, fleet);
  return id;
}

interface Swept {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly startedMiB: number;
  readonly peakMiB: number;
  readonly aliveAtStartMiB: number;
  readonly aliveMiB: number;
  readonly failure: string | null | undefined;
  readonly counts: Readonly<Record<string, number>>;
}

async function sweep(warmUpId: string, accountId: string, ...flags: readonly string[]): Promise<Swept> {
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    TWILIO_API_BASE_URL: twilio.url,
    ACCOUNT_ID: accountId,
    WARM_UP_ID: warmUpId,
    SWITCHHOOK_SECRET: SECRET,
  };
  const args = [YOUNG_GENERATION, ...flags, SWEEP];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  const swept: Swept = JSON.parse(stdout);
  if (swept.failure) throw new Error(swept.failure);
  return swept;
}

/** The fastest of some rounds, since what else the machine does can only make it slower; of the memory, the most. */
async function measure({ size }: Fleet, warmUpId: string, accountId: string): Promise<Swept> {
  const rounds: Swept[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await sweep(warmUpId, accountId));
  const watched = await sweep(warmUpId, accountId, "--expose-gc");
  const fastest = rounds.toSorted((a, b) => a.seconds - b.seconds)[0] ?? watched;
  const peakMiB = Math.max(...rounds.map((round) => round.peakMiB));
  const { aliveAtStartMiB, aliveMiB } = watched;
  const { compared, opened, ended, healed } = fastest.counts;
  console.log(
    `sweep of ${size}`.padEnd(28),
    `${rounds.map(({ seconds }) => seconds.toFixed(2)).join(", ")} s, ${fastest.cpuSeconds.toFixed(1)} s of processor time, ` +
      `${compared} compared, ${opened} opened, ${ended} ended, ${healed} healed, load ${loadavg()[0]?.toFixed(1)}`,
  );
  console.log(
    "  memory".padEnd(28),
    `process at most ${peakMiB.toFixed(0)} MiB, ${fastest.startedMiB.toFixed(0)} before it; ` +
      `alive at most ${aliveMiB.toFixed(1)} MiB, ${aliveAtStartMiB.toFixed(1)} before it`,
  );
  return { ...fastest, peakMiB, aliveAtStartMiB, aliveMiB };
}

async function read(path: string, { accountSid }: Fleet): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${FLEET_AUTH_TOKEN}`).toString("base64")}`;
  const answer = await fetch(`${twilio.url}${path}`, { headers: { authorization } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function numbersPath({ accountSid }: Fleet): string {
  return `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers`;
}

const pageSchema = z.object({ next_page_uri: z.string().nullable() });

/** Seconds that it takes to do nothing but to read the pages: what the machine and the emulator are capable of. */
async function barePages(fleet: Fleet): Promise<number> {
  const startedAt = performance.now();
  let next: string | null = `${numbersPath(fleet)}.json?PageSize=${PAGE_SIZE}`;
  for (let pages = 0; next && pages < fleet.size; pages++) {
    next = pageSchema.parse(await read(next, fleet)).next_page_uri;
  }
  return (performance.now() - startedAt) / 1_000;
}

/** Milliseconds for each number of one read after the other. */
async function obviousLoop(fleet: Fleet): Promise<number> {
  const startedAt = performance.now();
  for (let index = fleet.first; index < fleet.first + LOOP_SAMPLE; index++) {
    await read(`${numbersPath(fleet)}/${numberSid(index)}.json`, fleet);
  }
  return (performance.now() - startedAt) / LOOP_SAMPLE;
}

/** What a batch over all numbers of an account would change. */
async function planAll(accountId: string) {
  const startedAt = performance.now();
  const { id } = await api.batches.plan(actor, {
    intent: { action: "configure" },
    selection: { accountId },
  });
  let batch = await api.batches.get(actor, id);
  while (batch.state === "planning" && performance.now() - startedAt < PLAN_WITHIN_MS) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    batch = await api.batches.get(actor, id);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(
    "a batch over all of them".padEnd(28),
    `planned in ${seconds.toFixed(1)} s: ${JSON.stringify(batch.counts)}, ${batch.state}`,
  );
}

async function writesToTwilio(): Promise<number> {
  const body = JSON.stringify([{ method: "POST" }]);
  const answer = await fetch(`${twilio.url}/_emulator/requests`, { method: "POST", body });
  const requests = await answer.json();
  if (!Array.isArray(requests)) throw new Error(`The emulator does not tell: ${answer.status}`);
  return requests.length;
}

try {
  await api.agents.create(actor, { id: FLEET_AGENT, name: "Agent" });
  await api.drift.setPolicies(actor, [{ policy: "heal" }]);
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
  console.log(`${LATENCY_MS} ms latency, PostgreSQL, ${ROUNDS} rounds, the policy is to heal\n`);
  const [single, small, large] = fleetsOf(SIZES);
  if (!single || !small || !large) throw new Error("Two sizes are needed");
  const warmUpId = await connect(single);
  const [smallId, largeId] = [await connect(small), await connect(large)];

  const few = await measure(small, warmUpId, smallId);
  const loopMs = await obviousLoop(small);
  const bareSeconds = await barePages(small);
  const many = await measure(large, warmUpId, largeId);
  await planAll(smallId);

  const floorSeconds = (Math.ceil(small.size / PAGE_SIZE) * LATENCY_MS) / 1_000;
  const loopSeconds = (loopMs * small.size) / 1_000;
  console.log(
    "pages × latency".padEnd(28),
    `${floorSeconds.toFixed(2)} s: ${(few.seconds / floorSeconds).toFixed(2)} ×`,
  );
  console.log(
    "the pages, and nothing else".padEnd(28),
    `${bareSeconds.toFixed(2)} s: ${(bareSeconds / floorSeconds).toFixed(2)} ×`,
  );
  console.log(
    "the obvious loop".padEnd(28),
    `${loopSeconds.toFixed(0)} s, from ${LOOP_SAMPLE} reads of ${loopMs.toFixed(0)} ms: ` +
      `${(loopSeconds / few.seconds).toFixed(0)} × slower`,
  );
  console.log(
    `${large.size / small.size} times the numbers`.padEnd(28),
    `${(many.seconds / few.seconds).toFixed(1)} × the time, ${(many.peakMiB - few.peakMiB).toFixed(0)} MiB more in the ` +
      `process, ${(many.aliveMiB - few.aliveMiB).toFixed(1)} MiB more alive`,
  );
  console.log("writes to Twilio".padEnd(28), await writesToTwilio());
} finally {
  await switchhook.stop();
  await twilio.stop();
  await postgres.stop();
}

// How long does it take to find 100,000 calls and 100,000 messages of which no callback told, and how long to see that
// nothing is missing? Twilio is the emulator, in a process of its own and without latency: a real one adds its own time to
// each of the 200 pages.
//
//   npm run bench:reconcile
import { DAY_MS } from "../src/base/durations.ts";
import { createSwitchhook } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { type ServerProcess, startServer } from "./support/load.ts";
import { BENCH_SECRET } from "./support/seeded-database.ts";
import {
  BENCH_ACCOUNT_SID,
  BENCH_AUTH_TOKEN,
  BENCH_NUMBERS,
  benchNumber,
} from "./support/webhook-requests.ts";

const RECORDS = Number(process.env.BENCH_RECORDS ?? 100_000);
const MIB = 1024 * 1024;

/** Yesterday while the numbers are imported, so that somebody held them when their calls began. */
function movableClock() {
  let offsetMs = -DAY_MS;
  return {
    now: () => new Date(Date.now() + offsetMs),
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    random: () => Math.random(),
    catchUp: () => {
      offsetMs = 1_000;
    },
  };
}

async function measure(database: string, databaseUrl: string, twilio: ServerProcess): Promise<void> {
  const clock = movableClock();
  const switchhook = await createSwitchhook({
    databaseUrl,
    clock,
    secret: BENCH_SECRET,
    publicUrl: "https://switchhook.example.com",
    twilioApiBaseUrl: twilio.url,
    logLevel: "silent",
  });
  const { api, defaultOrganizationId: orgId } = switchhook;
  const actor = { orgId, userId: "benchmark", role: "owner" } as const;
  const credentials = { accountSid: BENCH_ACCOUNT_SID, authToken: BENCH_AUTH_TOKEN };
  const { id: accountId } = await api.accounts.connect(actor, credentials);
  const ids = Object.fromEntries(
    Array.from({ length: BENCH_NUMBERS }, (_, index) => [benchNumber(index), `phone_${index}`]),
  );
  await api.phoneNumbers.import(actor, { accountId, ids });
  clock.catchUp();
  const days = { accountId, from: dayOf(Date.now() - DAY_MS), to: dayOf(Date.now()) };
  for (const run of ["everything is missing", "nothing is missing"]) {
    const startedAt = performance.now();
    let peak = 0;
    const sampling = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().heapUsed);
    }, 50);
    const { seen, charges, corrections, isComplete } = await api.usage.reconcile(actor, days);
    clearInterval(sampling);
    const seconds = (performance.now() - startedAt) / 1_000;
    if (!isComplete || seen !== 2 * RECORDS) throw new Error(`Only ${seen} records were read`);
    console.log(
      `${database.padEnd(12)} ${run.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s ${(seen / seconds).toFixed(0).padStart(7)}/s` +
        ` ${(peak / MIB).toFixed(0).padStart(6)} MiB heap ${charges.toString().padStart(8)} charges ${corrections} corrections`,
    );
  }
  await switchhook.stop();
}

const twilio = await startServer("support/busy-twilio.ts", { BENCH_RECORDS: String(RECORDS) });
const postgres = await startPostgres();
try {
  await measure("PostgreSQL", `${postgres.url}/postgres`, twilio);
  await measure("PGlite", "pglite:memory", twilio);
} finally {
  await postgres.stop();
  await twilio.stop();
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

// What does a ledger of a million entries cost to read? The report of a month by day and agent, and of ten years, and the
// export of everything: how long, and in how much memory. PostgreSQL in a process of its own, Switchhook in this one.
//
//   npm run bench:usage
import { cpus } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Client } from "pg";
import { createSwitchhook } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { BENCH_SECRET } from "./support/seeded-database.ts";

const ENTRIES = 1_000_000;
const DAYS = 31;
const NUMBERS = 1_000;
const AGENTS = 100;
const MONTH = "from=2026-03-01&to=2026-03-31";
const YEARS = "from=2016-03-01&to=2026-03-31";
const WARM_UP = 20;
const REPORTS = 100;
/** Of those that take a second. */
const LONG_REPORTS = 10;
const SAMPLE_MS = 20;
/** Lines. */
const COLLECT_EVERY = 100_000;
const NEWLINE = 10;
const MIB = 1_024 * 1_024;
const API_KEY = "a-made-up-key-for-the-benchmark";
const BASE_URL = "https://switchhook.example.com";

setFlagsFromString("--expose-gc");
// The flag puts it into every new context.
const collectGarbage = runInNewContext("gc") as () => void;

const postgres = await startPostgres();
const databaseUrl = `${postgres.url}/postgres`;
const switchhook = await createSwitchhook({
  databaseUrl,
  secret: BENCH_SECRET,
  apiKey: API_KEY,
  publicUrl: BASE_URL,
  logLevel: "silent",
});

/** Four kinds of traffic on every number on every day, each entry as the writing statement would leave it. */
async function fill(orgId: string): Promise<void> {
  const client = new Client(`${databaseUrl}?options=-c%20search_path%3Dswitchhook`);
  await client.connect();
  await client.query(
    `insert into usage_entry (org_id, account_sid, sid, kind, revision, direction, phone_number_id, agent_id, began_at,
       day, count, seconds, segments, is_provisional, price, price_unit, recorded_at)
     select $1, 'AC', 'S' || n, case when way < 2 then 'voice' else 'sms' end, 0,
       case when way % 2 = 0 then 'inbound' else 'outbound' end, 'phone_' || number, 'agent_' || number % ${AGENTS},
       timestamptz '2026-03-01' + day * interval '1 day', date '2026-03-01' + day, 1,
       case when way < 2 then n % 600 else 0 end, case when way < 2 then 0 else 1 + n % 3 end, false, 0.0085, 'USD',
       timestamptz '2026-03-01' + day * interval '1 day'
     from generate_series(0, ${ENTRIES - 1}) as n,
       lateral (select n / (${ENTRIES} / ${DAYS} + 1) as day, n % ${NUMBERS} as number, n / ${NUMBERS} % 4 as way) as of_n`,
    [orgId],
  );
  await client.query(
    `insert into usage_daily
     select org_id, day, phone_number_id, agent_id, kind, direction, price_unit, sum(count), sum(seconds),
       sum((seconds + 59) / 60), sum(segments), sum(price)
     from usage_entry group by 1, 2, 3, 4, 5, 6, 7 order by 2, 3`,
  );
  // As autovacuum does sooner or later.
  await client.query("vacuum analyze usage_entry, usage_daily, usage_agent_daily");
  const { rows } = await client.query(
    `select (select count(*) from usage_entry)::int as entries, (select count(*) from usage_daily)::int as daily,
       (select count(*) from usage_agent_daily)::int as "agentDaily"`,
  );
  await client.end();
  const { entries, daily, agentDaily } = rows[0];
  console.log(
    `${entries} entries of one month, ${NUMBERS} numbers, ${AGENTS} agents: ${daily} rows in usage_daily, ${agentDaily} in usage_agent_daily\n`,
  );
}

/** Ten years before the month of which each day is like its first one. Only what agents used: that is what is added up. */
async function fillYears(): Promise<void> {
  const client = new Client(`${databaseUrl}?options=-c%20search_path%3Dswitchhook`);
  await client.connect();
  const { rowCount } = await client.query(
    `insert into usage_agent_daily
     select org_id, old::date, agent_id, kind, direction, price_unit, count, seconds, minutes, segments, price
     from usage_agent_daily, generate_series(timestamp '2016-03-01', '2026-02-28', '1 day') as old
     where day = '2026-03-01'`,
  );
  await client.query("vacuum analyze usage_agent_daily");
  await client.end();
  console.log(`\n${rowCount} rows more in usage_agent_daily: ten years\n`);
}

async function get(path: string): Promise<Response> {
  const request = new Request(`${BASE_URL}${path}`, { headers: { "x-api-key": API_KEY } });
  const response = await switchhook.fetch(request);
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response;
}

async function setRates(): Promise<void> {
  const rates = ["inbound", "outbound"].flatMap((direction) => [
    { kind: "voice", direction, unit: "minute", amount: "0.0085" },
    { kind: "sms", direction, unit: "segment", amount: "0.0079" },
  ]);
  for (const effectiveFrom of ["2016-01-01", "2026-03-15"]) {
    const body = JSON.stringify({ currency: "USD", effectiveFrom, rates });
    const request = { method: "PUT", headers: { "x-api-key": API_KEY }, body };
    const { ok } = await switchhook.fetch(new Request(`${BASE_URL}/api/usage/rates`, request));
    if (!ok) throw new Error("The rates were refused");
  }
}

async function measureReport(days: string, groupBy: string, limit: number): Promise<void> {
  const times: number[] = [];
  let rows = 0;
  const [warmUp, reports] = days === YEARS ? [1, LONG_REPORTS] : [WARM_UP, REPORTS];
  for (let index = 0; index < warmUp + reports; index++) {
    const startedAt = performance.now();
    const answer = await (await get(`/api/usage?${days}&groupBy=${groupBy}&limit=${limit}`)).text();
    if (index >= warmUp) times.push(performance.now() - startedAt);
    // As the API documents it.
    rows = (JSON.parse(answer) as { readonly rows: readonly unknown[] }).rows.length;
  }
  times.sort((a, b) => a - b);
  console.log(
    `${groupBy.padEnd(12)} ${String(rows).padStart(6)} ${ms(quantile(times, 0.5))} ${ms(quantile(times, 0.95))}`,
  );
}

/** What is alive is measured after a collection; what the process takes includes garbage that waits for one. */
async function measureExport(format: string): Promise<void> {
  collectGarbage();
  const baseline = process.memoryUsage();
  let peakRss = baseline.rss;
  let peakAlive = baseline.heapUsed;
  const sampling = setInterval(() => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const startedAt = performance.now();
  const { body } = await get(`/api/usage/export?${MONTH}&format=${format}`);
  let sizeBytes = 0;
  let lines = 0;
  let collectAt = COLLECT_EVERY;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.length;
    for (const byte of chunk) if (byte === NEWLINE) lines++;
    if (lines < collectAt) continue;
    collectAt += COLLECT_EVERY;
    collectGarbage();
    peakAlive = Math.max(peakAlive, process.memoryUsage().heapUsed);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  clearInterval(sampling);
  const [rss, alive] = [mib(peakRss - baseline.rss), mib(peakAlive - baseline.heapUsed)];
  console.log(
    `${format.padEnd(8)} ${String(lines).padStart(8)} ${mib(sizeBytes)} ${seconds.toFixed(1).padStart(6)} s ${rss} ${alive}`,
  );
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.floor((sorted.length - 1) * q)] ?? Number.NaN;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`.padStart(10);
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(0)} MiB`.padStart(9);
}

try {
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
  await fill(switchhook.defaultOrganizationId);
  await setRates();
  console.log("report by      rows        p50        p95");
  await measureReport(MONTH, "day,agent", 10_000);
  await measureReport(MONTH, "day", 1_000);
  await measureReport(MONTH, "day,number", 1_000);
  console.log(
    "\nexport      lines      size     time  memory over that before: of the process, of what is alive in the heap",
  );
  await measureExport("csv");
  await measureExport("ndjson");
  await fillYears();
  console.log("report by      rows        p50        p95");
  await measureReport(MONTH, "day,agent", 10_000);
  await measureReport(YEARS, "day,agent", 1_000);
  await measureReport(YEARS, "month,agent", 1_000);
  await measureReport(YEARS, "month", 1_000);
} finally {
  await switchhook.stop();
  await postgres.stop();
}

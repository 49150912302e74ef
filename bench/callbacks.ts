// How many status callbacks a second become durable? Against the obvious way to store them, and against a bare server
// that checks the signature and stores nothing. Each callback is the end of a call of its own: the dearest kind.
//
//   npm run bench:callbacks
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { atRate, type Saturated, type ServerProcess, saturate, startServer } from "./support/load.ts";
import { BENCH_SECRET, startSeededDatabase } from "./support/seeded-database.ts";
import { statusCallback, writeRequests } from "./support/webhook-requests.ts";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
const WARM_UP_SECONDS = 3;
/** More than any of them takes in the time. */
const REQUESTS = 25_000 * SECONDS;

const SERVERS = [
  { name: "bare node:http, stores nothing", file: "peers/bare-node.ts" },
  { name: "Express, twilio.webhook(), INSERT", file: "peers/express-insert.ts" },
  { name: "Switchhook", file: "support/switchhook-server.ts" },
] as const;

const directory = await mkdtemp(join(tmpdir(), "switchhook-bench-"));
const database = await startSeededDatabase();
const env = { DATABASE_URL: database.url, SWITCHHOOK_SECRET: BENCH_SECRET };
let written = 0;

/** A file of callbacks that nobody has seen yet. */
async function freshRequests(count: number): Promise<string> {
  const file = join(directory, "requests.tsv");
  await writeRequests(file, written, count, statusCallback);
  written += count;
  return file;
}

async function measure(server: ServerProcess): Promise<Saturated & { cpuMicros: number }> {
  await saturate(server.url, await freshRequests(REQUESTS), WARM_UP_SECONDS);
  const file = await freshRequests(REQUESTS);
  const before = server.cpuSeconds();
  const measured = await saturate(server.url, file, SECONDS);
  const cpuMicros = ((server.cpuSeconds() - before) * 1e6) / (measured.perSecond * SECONDS);
  return { ...measured, cpuMicros };
}

try {
  console.log("                                     durable/s   p50 ms   p99 ms   server's CPU, µs each");
  const results: number[] = [];
  for (const { name, file } of SERVERS) {
    const server = await startServer(file, env);
    const { perSecond, p50Ms, p99Ms, cpuMicros } = await measure(server);
    results.push(perSecond);
    console.log(
      `${name.padEnd(36)} ${perSecond.toFixed(0).padStart(9)} ${p50Ms.toFixed(1).padStart(8)} ${p99Ms.toFixed(1).padStart(8)} ${cpuMicros.toFixed(0).padStart(12)}`,
    );
    const half = await atRate(server.url, await freshRequests(REQUESTS), Math.floor(perSecond / 2), SECONDS);
    console.log(
      `${"  at half of that".padEnd(36)} ${half.perSecond.toFixed(0).padStart(9)} ${half.p50Ms.toFixed(1).padStart(8)} ${half.p99Ms.toFixed(1).padStart(8)}`,
    );
    await server.stop();
  }
  const [bare = 0, obvious = 0, ours = 0] = results;
  console.log(
    `\n${(ours / obvious).toFixed(2)} × the obvious way; ${((ours / bare) * 100).toFixed(0)} % of the bare server`,
  );
  await proveDurable();
} finally {
  await database.stop();
  await rm(directory, { recursive: true });
}

/** What was answered 204 is there: events, calls, charges and their sum are equally many. */
async function proveDurable(): Promise<void> {
  const client = new Client(`${database.url}?options=-c%20search_path%3Dswitchhook`);
  await client.connect();
  const { rows } = await client.query(`select (select count(*) from status_event)::int as events,
    (select count(*) from call)::int as calls, (select count(*) from usage_entry)::int as charges,
    (select sum(count) from usage_daily)::int as summed`);
  await client.end();
  console.log(`In the database: ${JSON.stringify(rows[0])}`);
}

// How long does a caller wait for TwiML? Against a bare server that checks the signature and answers nothing.
//
//   npm run bench:voice
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atRate, saturate, startServer } from "./support/load.ts";
import { BENCH_SECRET, startSeededDatabase } from "./support/seeded-database.ts";
import { voiceWebhook, writeRequests } from "./support/webhook-requests.ts";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
const WARM_UP_SECONDS = 3;
const REQUESTS = 25_000 * SECONDS;
const CALLS_PER_SECOND = 2_000;

const SERVERS = [
  { name: "bare node:http, no TwiML", file: "peers/bare-node.ts" },
  { name: "Switchhook", file: "support/switchhook-server.ts" },
] as const;

const directory = await mkdtemp(join(tmpdir(), "switchhook-bench-"));
const database = await startSeededDatabase();
let written = 0;

/** A file of calls that nobody has seen yet. */
async function freshRequests(count: number): Promise<string> {
  const file = join(directory, "requests.tsv");
  await writeRequests(file, written, count, voiceWebhook);
  written += count;
  return file;
}

try {
  console.log("                                   answered/s   p50 ms   p99 ms   server's CPU, µs each");
  const results: number[] = [];
  for (const { name, file } of SERVERS) {
    const server = await startServer(file, { DATABASE_URL: database.url, SWITCHHOOK_SECRET: BENCH_SECRET });
    await saturate(server.url, await freshRequests(REQUESTS), WARM_UP_SECONDS);
    const requests = await freshRequests(REQUESTS);
    const before = server.cpuSeconds();
    const { perSecond, p50Ms, p99Ms } = await saturate(server.url, requests, SECONDS);
    const cpuMicros = ((server.cpuSeconds() - before) * 1e6) / (perSecond * SECONDS);
    results.push(perSecond);
    console.log(
      `${name.padEnd(34)} ${perSecond.toFixed(0).padStart(10)} ${p50Ms.toFixed(1).padStart(8)} ${p99Ms.toFixed(1).padStart(8)} ${cpuMicros.toFixed(0).padStart(12)}`,
    );
    const paced = await atRate(server.url, await freshRequests(REQUESTS), CALLS_PER_SECOND, SECONDS);
    console.log(
      `${`${name.split(",")[0]} at ${CALLS_PER_SECOND} a second`.padEnd(34)} ${paced.perSecond.toFixed(0).padStart(10)} ${paced.p50Ms.toFixed(1).padStart(8)} ${paced.p99Ms.toFixed(1).padStart(8)}`,
    );
    await server.stop();
  }
  const [bare = 0, ours = 0] = results;
  console.log(`\n${((ours / bare) * 100).toFixed(0)} % of the bare server`);
} finally {
  await database.stop();
  await rm(directory, { recursive: true });
}

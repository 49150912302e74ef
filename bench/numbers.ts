// What does it cost to look through 100,000 numbers? Lists, searches and counts through the HTTP API in this process;
// PostgreSQL in one of its own.
//
//   npm run bench:numbers
import { cpus } from "node:os";
import { createSwitchhook } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { fillNumbers, NUMBERS } from "./support/many-numbers.ts";
import { BENCH_SECRET } from "./support/seeded-database.ts";

const WARM_UP = 10;
const REQUESTS = 100;
const API_KEY = "a-made-up-key-for-the-benchmark";
const BASE_URL = "https://switchhook.example.com";

const postgres = await startPostgres();
const databaseUrl = `${postgres.url}/postgres`;
const switchhook = await createSwitchhook({
  databaseUrl,
  secret: BENCH_SECRET,
  apiKey: API_KEY,
  publicUrl: BASE_URL,
  logLevel: "silent",
});

async function measure(what: string, path: string): Promise<void> {
  const times: number[] = [];
  for (let index = 0; index < WARM_UP + REQUESTS; index++) {
    const startedAt = performance.now();
    const request = new Request(`${BASE_URL}${path}`, { headers: { "x-api-key": API_KEY } });
    const response = await switchhook.fetch(request);
    const answer = await response.text();
    if (!response.ok) throw new Error(`${path}: ${answer}`);
    if (index >= WARM_UP) times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const at = (q: number) => `${(times[Math.floor((times.length - 1) * q)] ?? 0).toFixed(1)} ms`.padStart(9);
  console.log(`${what.padEnd(44)} ${at(0.5)} ${at(0.95)}`);
}

try {
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
  await fillNumbers(databaseUrl, switchhook.defaultOrganizationId);
  console.log(`${NUMBERS} numbers of one organization`.padEnd(49), "p50       p95");
  const list = "/api/phone-numbers?limit=100";
  await measure("the first 100", list);
  await measure("100 from the middle", `${list}&cursor=phone_8`);
  await measure("100 of an agent", `${list}&chatbotId=agent_7`);
  await measure("100 that have drifted", `${list}&health=drifted`);
  await measure("100 that somebody else answers", `${list}&verdict=foreign`);
  await measure("100 that are shadowed", `${list}&verdict=shadowed`);
  await measure("search: the last four digits, (415) 01-23", `${list}&search=01-23`);
  await measure("search: a whole number, none has it", `${list}&search=%2B442071838750`);
  await measure("search: a name, Branch 777", `${list}&search=branch%20777`);
  await measure("search: a name that all have, Branch", `${list}&search=branch`);
  await measure("search: two digits, 77", `${list}&search=77`);
  await measure("counts of all by health", "/api/phone-number-counts");
  await measure("counts of what somebody else answers", "/api/phone-number-counts?verdict=foreign");
  await measure("the overview", "/api/overview");
  await measure("counts of a search", "/api/phone-number-counts?search=0123");
  await measure("counts of a name that all have", "/api/phone-number-counts?search=branch");
} finally {
  await switchhook.stop();
  await postgres.stop();
}

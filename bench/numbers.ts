// What does it cost to look through 100,000 numbers? Lists, searches and counts through the HTTP API in this process;
// PostgreSQL in one of its own.
//
//   npm run bench:numbers
import { cpus } from "node:os";
import { Client } from "pg";
import { createSwitchhook } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { BENCH_SECRET } from "./support/seeded-database.ts";

const NUMBERS = 100_000;
const AGENTS = 100;
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

/** As wide as they are after an assignment: what was wanted, found and there before, some 500 bytes each. */
async function fill(orgId: string): Promise<void> {
  const client = new Client(`${databaseUrl}?options=-c%20search_path%3Dswitchhook`);
  await client.connect();
  await client.query(
    `insert into twilio_account (id, org_id, sid, friendly_name, status, credentials, created_at, updated_at)
     values ('acct_1', $1, 'AC1', '', 'active', '', now(), now())`,
    [orgId],
  );
  await client.query(
    `insert into agent (org_id, id, name, voice, messaging, created_at, updated_at)
     select $1, 'agent_' || n, 'Agent ' || n, '{"kind": "reject"}', '{"kind": "none"}', now(), now()
     from generate_series(0, ${AGENTS - 1}) as n`,
    [orgId],
  );
  await client.query(
    `insert into phone_number (uid, org_id, id, operator_org_id, account_id, account_sid, sid, e164, friendly_name,
       capabilities, status, agent_id, assigned_at, desired, observed, original, health, created_at, updated_at)
     select gen_random_uuid(), $1, 'phone_' || md5(n::text), $1, 'acct_1', 'AC1', 'PN' || md5(n::text),
       '+1' || 2000000000 + n * 7919::bigint % 1000000000, 'Branch ' || n, '{}', 'active',
       case when n % 10 < 9 then 'agent_' || n % ${AGENTS} end, now(), config, config, config,
       case when n % 10 = 9 then 'unassigned' when n % 97 = 0 then 'drifted' else 'ok' end, now(), now()
     from generate_series(0, ${NUMBERS - 1}) as n,
       lateral (select jsonb_build_object('urls', (select string_agg(md5((n + i)::text), '') from generate_series(1, 15) as i)) as config) as of_n`,
    [orgId],
  );
  // As autovacuum does sooner or later.
  await client.query("vacuum analyze phone_number");
  await client.end();
}

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
  await fill(switchhook.defaultOrganizationId);
  console.log(`${NUMBERS} numbers of one organization`.padEnd(49), "p50       p95");
  const list = "/api/phone-numbers?limit=100";
  await measure("the first 100", list);
  await measure("100 from the middle", `${list}&cursor=phone_8`);
  await measure("100 of an agent", `${list}&chatbotId=agent_7`);
  await measure("100 that have drifted", `${list}&health=drifted`);
  await measure("search: the last four digits, (415) 01-23", `${list}&search=01-23`);
  await measure("search: a whole number, none has it", `${list}&search=%2B442071838750`);
  await measure("search: a name, Branch 777", `${list}&search=branch%20777`);
  await measure("counts of all by health", "/api/phone-number-counts");
  await measure("counts of a search", "/api/phone-number-counts?search=0123");
} finally {
  await switchhook.stop();
  await postgres.stop();
}

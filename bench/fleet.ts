// How long does it take to look at a whole fleet? Sweeps of accounts with 10,000 and 100,000 numbers at a Twilio with a
// latency, against the obvious loop that reads one number after the other; and lists and searches over all of them.
//
//   npm run bench:fleet
import { execFile } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pMap from "p-map";
import { Client } from "pg";
import { serve } from "../src/adapters/node.ts";
import { createSwitchhook } from "../src/index.ts";
import { webhookUrls } from "../src/twilio/webhook-urls.ts";
import { startEmulatorProcess } from "../test/support/emulator-process.ts";
import { startPostgres } from "../test/support/postgres.ts";

const [SMALL, LARGE] = [Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 100_000)];
const LATENCY_MS = 100;
const PAGE_SIZE = 1_000;
const LOOP_SAMPLE = 100;
const API_SAMPLE = 200;
const ROUNDS = 3;
const PUBLIC_URL = "https://switchhook.example.com";
const AUTH_TOKEN = "a-made-up-token-for-the-benchmark";
const API_KEY = "a-made-up-api-key-for-the-benchmark";
const SECRET = "a made-up secret for the benchmark only";
const SWEEP = fileURLToPath(new URL("support/sweep-load.ts", import.meta.url));

const postgres = await startPostgres();
const databaseUrl = `${postgres.url}/postgres`;
const emulator = await startEmulatorProcess({});
const switchhook = await createSwitchhook({
  databaseUrl,
  secret: SECRET,
  publicUrl: PUBLIC_URL,
  apiKey: API_KEY,
  twilioApiBaseUrl: emulator.url,
  logLevel: "silent",
});
const { api, defaultOrganizationId: orgId } = switchhook;
const actor = { orgId, userId: "benchmark", role: "owner" } as const;

const urls = webhookUrls(PUBLIC_URL, "agent");
/** What an assignment with SMS leaves in Twilio. */
const FIELDS = {
  voiceUrl: urls.voiceUrl,
  voiceMethod: "POST",
  voiceFallbackUrl: urls.voiceFallbackUrl,
  voiceFallbackMethod: "POST",
  statusCallback: urls.statusUrl,
  statusCallbackMethod: "POST",
  voiceApplicationSid: "",
  trunkSid: "",
  smsUrl: urls.messageUrl,
  smsMethod: "POST",
  smsFallbackUrl: urls.messageFallbackUrl,
  smsFallbackMethod: "POST",
  smsApplicationSid: "",
};

interface Fleet {
  readonly accountId: string;
  readonly accountSid: string;
  /** The SIDs of some numbers. */
  readonly sample: readonly string[];
}

/** Once more where a busy emulator has closed an idle connection just as it was used. */
async function create(accountSid: string, number: object): Promise<void> {
  const creating = () => emulator.control("createNumber", accountSid, number);
  await creating().catch(async (error: unknown) => {
    if (!(error instanceof TypeError)) throw error;
    await creating();
  });
}

/** An account of its own whose numbers are all assigned, in Twilio and here, as so many assignments would leave them. */
async function seed(letter: string, prefix: string, count: number): Promise<Fleet> {
  const accountSid = `AC${letter.repeat(32)}`;
  await emulator.control("createAccount", { sid: accountSid, authToken: AUTH_TOKEN });
  const sample: string[] = [];
  await pMap(
    Array.from({ length: count }, (_, index) => index),
    async (index) => {
      const sid = `PN${letter}${index.toString(16).padStart(31, "0")}`;
      if (sample.length < LOOP_SAMPLE) sample.push(sid);
      await create(accountSid, {
        sid,
        phoneNumber: `+1${prefix}${String(index).padStart(7, "0")}`,
        friendly_name: `Customer ${index % 1_000}, line ${index}`,
        voice_url: FIELDS.voiceUrl,
        voice_fallback_url: FIELDS.voiceFallbackUrl,
        status_callback: FIELDS.statusCallback,
        sms_url: FIELDS.smsUrl,
        sms_fallback_url: FIELDS.smsFallbackUrl,
      });
    },
    { concurrency: 16 },
  );
  const account = await api.accounts.connect(actor, { accountSid, authToken: AUTH_TOKEN });
  await api.phoneNumbers.import(actor, { accountId: account.id });
  return { accountId: account.id, accountSid, sample };
}

async function assignAll(): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query("set search_path to switchhook");
  await client.query(
    `update switchhook.phone_number set agent_id = 'agent', sms_enabled = true, assigned_at = now(), observed_at = now(),
       health = 'ok', desired = config, observed = config
     from (select uid, jsonb_build_array(jsonb_build_object('resource', 'number', 'sid', sid, 'fields', $1::jsonb)) as config
           from switchhook.phone_number) as wanted
     where wanted.uid = phone_number.uid`,
    [JSON.stringify(FIELDS)],
  );
  await client.query("vacuum analyze switchhook.phone_number");
  await client.end();
}

interface Swept {
  readonly seconds: number;
  readonly startedMiB: number;
  readonly peakMiB: number;
  readonly cpuSeconds: number;
  readonly failure: string | null | undefined;
  readonly counts: Readonly<Record<string, number>>;
}

async function sweep({ accountId }: Fleet): Promise<Swept> {
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    TWILIO_API_BASE_URL: emulator.url,
    ACCOUNT_ID: accountId,
    SWITCHHOOK_SECRET: SECRET,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [SWEEP], { env });
  const swept: Swept = JSON.parse(stdout);
  if (swept.failure) throw new Error(swept.failure);
  return swept;
}

/** The best of some rounds: what else the machine does can only make it slower. */
async function best(fleet: Fleet): Promise<Swept> {
  let found = await sweep(fleet);
  for (let round = 1; round < ROUNDS; round++) {
    const another = await sweep(fleet);
    if (another.seconds < found.seconds) found = another;
  }
  return found;
}

/** Milliseconds for each number of one read after the other. */
async function obviousLoop({ accountSid, sample }: Fleet): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${AUTH_TOKEN}`).toString("base64")}`;
  const startedAt = performance.now();
  for (const sid of sample) {
    const path = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`;
    const answer = await fetch(`${emulator.url}${path}`, { headers: { authorization } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    await answer.json();
  }
  return (performance.now() - startedAt) / sample.length;
}

const QUERIES: Readonly<Record<string, (index: number) => string>> = {
  "first page": () => "limit=50",
  "a page in the middle": (index) => `limit=50&cursor=phone_0${index % 10}`,
  "search for digits": (index) => `search=${String(index * 137).padStart(5, "0")}`,
  "search for a name": (index) => `search=customer ${index % 1_000},`,
  "search that finds nothing": (index) => `search=nobody${index}`,
  "one health": () => "health=drifted",
  "one account": () => `accountId=${large.accountId}`,
};

async function p95Ms(url: string, query: (index: number) => string): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < API_SAMPLE; index++) {
    const startedAt = performance.now();
    const answer = await fetch(`${url}/api/phone-numbers?${query(index)}`, {
      headers: { "x-api-key": API_KEY },
    });
    await answer.json();
    times.push(performance.now() - startedAt);
    if (!answer.ok) throw new Error(`${answer.status}`);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(API_SAMPLE * 0.95)] ?? Number.NaN;
}

await api.agents.create(actor, { id: "agent", name: "Agent" });
const small = await seed("b", "628", SMALL);
const large = await seed("c", "629", LARGE);
await assignAll();
await api.drift.setPolicies(actor, [{ policy: "heal" }]);
await emulator.control("clearRequests");
await emulator.control("setLimits", { latencyMs: LATENCY_MS });

const loopMs = await obviousLoop(small);
const few = await best(small);
const many = await best(large);
const requests = (await emulator.control("requests", { method: "POST" })) as readonly unknown[];
await emulator.control("setLimits", { latencyMs: 0 });

const pages = Math.ceil(SMALL / PAGE_SIZE);
const floorSeconds = (pages * LATENCY_MS) / 1_000;
const loopSeconds = (loopMs * SMALL) / 1_000;
const load = loadavg().map((value) => value.toFixed(1));
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, load ${load.join(" ")}`);
console.log(`${LATENCY_MS} ms latency, PostgreSQL, the best of ${ROUNDS} rounds\n`);
for (const [name, { seconds, startedMiB, peakMiB, cpuSeconds, counts }] of [
  [SMALL, few],
  [LARGE, many],
] as const) {
  console.log(
    `sweep of ${name}`.padEnd(28),
    `${seconds.toFixed(2)} s, peak ${peakMiB.toFixed(0)} MiB (${startedMiB.toFixed(0)} before it), ` +
      `${cpuSeconds.toFixed(1)} s of processor time, ${counts.compared} compared, ${counts.opened} differ`,
  );
}
console.log(
  `pages × latency              ${floorSeconds.toFixed(2)} s: ${(few.seconds / floorSeconds).toFixed(2)} ×`,
);
console.log(
  `the obvious loop             ${loopSeconds.toFixed(0)} s, from ${small.sample.length} reads of ${loopMs.toFixed(0)} ms: ` +
    `${(loopSeconds / few.seconds).toFixed(0)} × slower`,
);
console.log(
  `ten times the numbers        ${(many.seconds / few.seconds).toFixed(1)} × the time, ` +
    `${(many.peakMiB - few.peakMiB).toFixed(0)} MiB more`,
);
console.log(`writes to Twilio             ${requests.length}\n`);
const server = await serve(switchhook, { port: 0, host: "127.0.0.1" });
for (const [name, query] of Object.entries(QUERIES)) {
  console.log(`list, ${name}`.padEnd(34), `p95 ${(await p95Ms(server.url, query)).toFixed(1)} ms`);
}

await server.close();
await switchhook.stop();
emulator.close();
await postgres.stop();

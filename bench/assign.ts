// What does an assignment cost? Twilio's part is the number of sequential round trips; ours is everything else. Measured
// against the emulator in a process of its own, without and with latency, on both databases.
//
//   npm run bench:assign
import { cpus } from "node:os";
import { createSwitchhook } from "../src/index.ts";
import { startEmulatorProcess } from "../test/support/emulator-process.ts";
import { startPostgres } from "../test/support/postgres.ts";

const NUMBERS = 300;
const WARM_UP = 150;
const LATENCIES_MS = [0, 100] as const;
const ACCOUNT_SID = `AC${"b".repeat(32)}`;
const AUTH_TOKEN = "a-made-up-token-for-the-benchmark";
const API_KEY = "a-made-up-key-for-the-benchmark";

interface Measured {
  readonly database: string;
  readonly latencyMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** One bare request to the emulator and back: what a round trip costs without us. */
  readonly roundTripMs: number;
}

async function measure(database: string, databaseUrl: string, latencyMs: number): Promise<Measured> {
  const emulator = await startEmulatorProcess({ latencyMs });
  const switchhook = await createSwitchhook({
    databaseUrl,
    secret: "a made-up secret for the benchmark only",
    apiKey: API_KEY,
    publicUrl: "https://switchhook.example.com",
    twilioApiBaseUrl: emulator.url,
    logLevel: "silent",
  });
  const send = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const request = new Request(`https://switchhook.example.com${path}`, {
      method,
      headers: { "x-api-key": API_KEY },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await switchhook.fetch(request);
    const answer = (await response.json()) as T;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  try {
    await emulator.control("createAccount", { sid: ACCOUNT_SID, authToken: AUTH_TOKEN });
    const ids: Record<string, string> = {};
    for (let index = 0; index < NUMBERS; index++) {
      const phoneNumber = `+1628555${String(index).padStart(4, "0")}`;
      await emulator.control("createNumber", ACCOUNT_SID, { phoneNumber });
      ids[phoneNumber] = `phone_${index}`;
    }
    const { id: accountId } = await send<{ id: string }>("POST", "/api/twilio-accounts", {
      accountSid: ACCOUNT_SID,
      authToken: AUTH_TOKEN,
    });
    await send("POST", "/api/phone-numbers/import", { accountId, ids });
    await send("POST", "/api/agents", { id: "agent", name: "Agent" });
    const times: number[] = [];
    for (let index = 0; index < NUMBERS; index++) {
      const startedAt = performance.now();
      await send("POST", "/api/phone-numbers/assign", {
        phoneNumberId: `phone_${index}`,
        chatbotId: "agent",
        enableSms: true,
      });
      if (index >= WARM_UP) times.push(performance.now() - startedAt);
    }
    const roundTripMs = quantile(await roundTrips(emulator.url), 0.5);
    times.sort((a, b) => a - b);
    return { database, latencyMs, medianMs: quantile(times, 0.5), p95Ms: quantile(times, 0.95), roundTripMs };
  } finally {
    await switchhook.stop();
    emulator.close();
  }
}

async function roundTrips(emulatorUrl: string): Promise<readonly number[]> {
  const url = `${emulatorUrl}/2010-04-01/Accounts/${ACCOUNT_SID}/IncomingPhoneNumbers.json?PageSize=1`;
  const authorization = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString("base64")}`;
  const times: number[] = [];
  for (let index = 0; index < NUMBERS - WARM_UP; index++) {
    const startedAt = performance.now();
    await (await fetch(url, { headers: { authorization } })).text();
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b);
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.floor((sorted.length - 1) * q)] ?? Number.NaN;
}

/** Each measurement has an empty database of its own. */
async function measureOn(database: "PGlite" | "PostgreSQL", latencyMs: number): Promise<Measured> {
  if (database === "PGlite") return measure(database, "pglite:memory", latencyMs);
  const postgres = await startPostgres();
  try {
    return await measure(database, `${postgres.url}/postgres`, latencyMs);
  } finally {
    await postgres.stop();
  }
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
console.log(
  `${NUMBERS - WARM_UP} assignments with SMS, one after the other; "own" is the median less two bare round trips, measured in the same run\n`,
);
console.log("database    latency   median      p95   round trip   round trips      own");
for (const database of ["PGlite", "PostgreSQL"] as const) {
  const without = await measureOn(database, LATENCIES_MS[0]);
  const delayed = await measureOn(database, LATENCIES_MS[1]);
  const trips = (delayed.medianMs - without.medianMs) / (delayed.latencyMs - without.latencyMs);
  for (const { latencyMs, medianMs, p95Ms, roundTripMs } of [without, delayed]) {
    const ownMs = medianMs - Math.round(trips) * roundTripMs;
    const tripsText = trips.toFixed(2).padStart(13);
    console.log(
      `${database.padEnd(10)} ${ms(latencyMs)} ${ms(medianMs)} ${ms(p95Ms)} ${ms(roundTripMs).padStart(12)} ${tripsText} ${ms(ownMs)}`,
    );
  }
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`.padStart(8);
}

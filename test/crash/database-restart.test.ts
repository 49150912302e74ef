// The database is killed under load and comes back.
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLedger, reconcile, trueLedger } from "../support/ledger.ts";
import { assign, newNumber, type TestNumber } from "../support/numbers.ts";
import { type RunningPostgres, startPostgres } from "../support/postgres.ts";
import { createServedWorld, type Params, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";

const CALLS_BEFORE = 150;
const CALLS_WITHOUT = 100;
const CALLS_AFTER = 150;

let postgres: RunningPostgres;
let world: ServedWorld;
let number: TestNumber;
beforeAll(async () => {
  postgres = await startPostgres();
  const database = { kind: "PostgreSQL", url: `${postgres.url}/postgres`, drop: async () => {} } as const;
  world = await createServedWorld(database);
  await addAgent(world, "agent_456");
  number = await newNumber(world);
  await assign(world, number);
  await haveHadItForAnHour(database.url);
});
afterAll(async () => {
  await world.close();
  await postgres.stop();
});

test("every callback that got a 204 is there, reconciliation finds the rest, and each call is charged once", async () => {
  const calls = [...placeCalls(CALLS_BEFORE)];
  // In the middle of them, not after.
  await Promise.race(calls);
  await postgres.crash();
  calls.push(...placeCalls(CALLS_WITHOUT));
  await postgres.restart();
  calls.push(...placeCalls(CALLS_AFTER));
  const ended = await Promise.all(calls);

  const answers = ended.map(({ webhooks }) => webhooks.findLast(({ kind }) => kind !== "status")?.status);
  expect(new Set(answers)).toEqual(new Set([200]));

  const callbacks = ended.flatMap(({ webhooks }) => webhooks.filter(({ kind }) => kind === "status"));
  const { durable = [], rest = [] } = Object.groupBy(callbacks, ({ status }) =>
    status === 204 ? "durable" : "rest",
  );
  expect([durable.length, rest.length].map((count) => count > 0)).toEqual([true, true]);
  const stored = await storedCallbacks();
  expect(durable.map(nameOf).filter((name) => !stored.has(name))).toEqual([]);
  const charged = await readLedger(world);
  expect(durable.filter(({ params }) => !((params.CallSid ?? "") in charged))).toEqual([]);

  const truth = trueLedger(world);
  const missing = Object.keys(truth).filter((sid) => !(sid in charged));
  expect(missing.length).toBeGreaterThan(0);
  expect(await reconcile(world)).toMatchObject({ charges: missing.length, corrections: 0, nobodys: 0 });
  expect(Object.keys(truth)).toHaveLength(ended.length);
  expect(await readLedger(world)).toEqual(truth);
}, 120_000);

/** The callbacks that are kept as they came, each by its call and what makes it another than the rest of the call's. */
async function storedCallbacks(): Promise<ReadonlySet<string>> {
  const client = new Client(world.databaseUrl);
  await client.connect();
  const { rows } = await client.query<{ params: Params }>("select params from switchhook.status_event");
  await client.end();
  return new Set(rows.map(nameOf));
}

function nameOf({ params }: { readonly params: Params }): string {
  return `${params.CallSid} ${params.CallStatus} ${params.SequenceNumber}`;
}

/** The emulated calls take no time, so a long one seems to have begun before the number was imported. */
async function haveHadItForAnHour(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query("update switchhook.number_tenure set since = since - interval '1 hour'");
  await client.end();
}

function placeCalls(count: number) {
  return Array.from({ length: count }, (_, index) =>
    world.emulator.control.placeCall({
      from: `+1415557${String(index).padStart(4, "0")}`,
      to: number.e164,
      answerSeconds: index % 100,
    }),
  );
}

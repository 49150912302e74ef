// The database is killed under load and comes back: what was answered 204 is there, and the rest is found in Twilio's
// records. Nothing is charged twice.
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLedger, reconcile, trueLedger } from "../support/ledger.ts";
import { assign, newNumber, type TestNumber } from "../support/numbers.ts";
import { type RunningPostgres, startPostgres } from "../support/postgres.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
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

test("no charge is missing or doubled, and every call was answered", async () => {
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

  const durable = ended.filter(({ webhooks }) => webhooks.at(-1)?.status === 204);
  const charged = await readLedger(world);
  expect(durable.length).toBeGreaterThan(0);
  expect(durable.map(({ callSid }) => callSid).filter((sid) => !(sid in charged))).toEqual([]);

  await reconcile(world);
  expect(await readLedger(world)).toEqual(trueLedger(world));
}, 120_000);

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

// The database is killed under load and comes back.
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MessageResource, WebhookAttempt } from "../../emulator/index.ts";
import { readLedger, reconcile, trueLedger } from "../support/ledger.ts";
import { assign, newNumber, type TestNumber } from "../support/numbers.ts";
import { type RunningPostgres, startPostgres } from "../support/postgres.ts";
import { createServedWorld, type Params, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";

/** How many calls and messages come in, and how many messages are sent, at each time. */
const BEFORE = 60;
const WITHOUT = 40;
const AFTER = 60;
const SENDING_LIMITS = {
  numberPerMinute: BEFORE + WITHOUT + AFTER,
  organizationPerMinute: BEFORE + WITHOUT + AFTER,
};

let postgres: RunningPostgres;
let world: ServedWorld;
let number: TestNumber;
beforeAll(async () => {
  postgres = await startPostgres();
  const database = { kind: "PostgreSQL", url: `${postgres.url}/postgres`, drop: async () => {} } as const;
  world = await createServedWorld(database, { sendingLimits: SENDING_LIMITS });
  await addAgent(world, "agent_456");
  number = await newNumber(world);
  await assign(world, number, { enableSms: true });
  await haveHadItForAnHour(database.url);
});
afterAll(async () => {
  await world.close();
  await postgres.stop();
});

test("every callback that got a 204 is there, reconciliation finds the rest, and nothing is charged twice", async () => {
  const load = [...startLoad(BEFORE)];
  // In the middle of it, not after.
  await Promise.race(load);
  await postgres.crash();
  const without = startLoad(WITHOUT);
  load.push(...without);
  // Until then there is no database, so some of it is certain to be lost.
  await Promise.all(without);
  await postgres.restart();
  load.push(...startLoad(AFTER));
  const webhooks = (await Promise.all(load)).flat();
  webhooks.push(...(await sendWhatIsQueued()));

  const answers = webhooks.filter(({ kind }) => kind !== "status").map(({ status }) => status);
  expect(new Set(answers)).toEqual(new Set([200]));

  const callbacks = webhooks.filter(({ kind }) => kind === "status");
  const { durable = [], rest = [] } = Object.groupBy(callbacks, ({ status }) =>
    status === 204 ? "durable" : "rest",
  );
  expect([kindsOf(durable), kindsOf(rest)]).toEqual([new Set(["CA", "SM"]), new Set(["CA", "SM"])]);
  const stored = await storedCallbacks();
  expect(durable.map(nameOf).filter((name) => !stored.has(name))).toEqual([]);
  const charged = await readLedger(world);
  expect(durable.map(sidOf).filter((sid) => !(sid in charged))).toEqual([]);

  const truth = trueLedger(world);
  const missing = Object.keys(truth).filter((sid) => !(sid in charged));
  expect(missing.length).toBeGreaterThan(0);
  // Replies are corrected as well: only Twilio's record says how many segments they had.
  expect(await reconcile(world)).toMatchObject({ charges: missing.length, nobodys: 0 });
  expect(await readLedger(world)).toEqual(truth);
  expect(await reconcile(world)).toMatchObject({ charges: 0, corrections: 0, nobodys: 0 });
  const { calls, messages } = world.emulator.control.snapshot();
  expect(Object.keys(truth)).toHaveLength(calls.length + messages.length);
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
  return `${sidOf({ params })} ${params.CallStatus ?? params.MessageStatus} ${params.SequenceNumber}`;
}

function sidOf({ params }: { readonly params: Params }): string {
  return params.CallSid ?? params.MessageSid ?? "";
}

function kindsOf(callbacks: readonly { readonly params: Params }[]): ReadonlySet<string> {
  return new Set(callbacks.map((callback) => sidOf(callback).slice(0, 2)));
}

/** The emulated calls take no time, so a long one seems to have begun before the number was imported. */
async function haveHadItForAnHour(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query("update switchhook.number_tenure set since = since - interval '1 hour'");
  await client.end();
}

/** Everything at once. @returns what each was told, and was answered */
function startLoad(count: number): Promise<readonly WebhookAttempt[]>[] {
  return Array.from({ length: count }, (_, index) => {
    const person = `+1415557${String(index).padStart(4, "0")}`;
    return [placeCall(person, index % 100), receiveMessage(person), sendMessage(person)];
  }).flat();
}

async function placeCall(from: string, answerSeconds: number) {
  const { webhooks } = await world.emulator.control.placeCall({ from, to: number.e164, answerSeconds });
  return webhooks;
}

/** The agent replies. */
async function receiveMessage(from: string) {
  const { webhooks, replies } = await world.emulator.control.receiveMessage({
    from,
    to: number.e164,
    body: "Hello?",
  });
  const ofReplies = await Promise.all(replies.map(({ sid }) => runThrough(sid)));
  return [...webhooks, ...ofReplies.flat()];
}

/** Without the database nothing is sent, or nobody learns that it was. */
async function sendMessage(to: string) {
  const body = { phoneNumberId: number.id, to, text: "Your table is ready." };
  const answer = await world.request("POST", "/api/messages", body);
  return answer.status === 201 ? runThrough(answer.body.sid) : [];
}

async function sendWhatIsQueued() {
  // A snapshot's messages are the resources themselves.
  const messages = world.emulator.control.snapshot().messages as MessageResource[];
  const queued = messages.filter(({ status }) => status === "queued");
  return (await Promise.all(queued.map(({ sid }) => runThrough(sid)))).flat();
}

async function runThrough(sid: string): Promise<readonly WebhookAttempt[]> {
  const { control } = world.emulator;
  const sent = await control.advanceMessage(sid, "sent");
  const delivered = await control.advanceMessage(sid, "delivered");
  return [...sent.webhooks, ...delivered.webhooks];
}

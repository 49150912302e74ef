// Whatever the network does to the callbacks of a thousand calls and messages, each is charged once, to the second and
// the segment: as Twilio itself counts them.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { CallResource } from "../../emulator/index.ts";
import { type DatabaseKind, describeEachDatabase } from "../support/databases.ts";
import { readLedger, reconcile, trueLedger } from "../support/ledger.ts";
import { assign, newNumber, newWhatsAppNumber, type TestNumber } from "../support/numbers.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";

/** Calls and messages that come in, and that go out. The legs that are dialled and the replies come on top. */
interface Size {
  readonly runs: number;
  readonly calls: number;
  readonly placed: number;
  readonly messages: number;
  readonly sends: number;
}
/** PGlite takes seven times as long for the same: less traffic, to the same count. */
const SIZES: Record<DatabaseKind, Size> = {
  PGlite: { runs: 1, calls: 50, placed: 30, messages: 60, sends: 60 },
  PostgreSQL: { runs: 2, calls: 250, placed: 150, messages: 300, sends: 300 },
};
const AT_ONCE = 16;

/** What becomes of a callback. */
const FATES = ["delivered", "delivered", "twice", "lost"] as const;
type Fate = (typeof FATES)[number];

const OUTCOMES = ["completed", "completed", "completed", "busy", "no-answer", "failed", "canceled"] as const;
type Outcome = (typeof OUTCOMES)[number];
/** What a call that was placed goes through. */
const WAYS: Record<Outcome, readonly string[]> = {
  completed: ["initiated", "ringing", "in-progress", "completed"],
  busy: ["initiated", "ringing", "busy"],
  "no-answer": ["initiated", "ringing", "no-answer"],
  failed: ["initiated", "failed"],
  canceled: ["canceled"],
};
const BODIES = ["Hello?", "x".repeat(161), "ü".repeat(71), "\u{1F44B}".repeat(40), "STOP that, please"];

describeEachDatabase("exactly once", (database) => {
  const size = SIZES[database];
  test("any order, repetition and loss of the callbacks comes to Twilio's own count, once reconciled", async () => {
    const network = fc.record({
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      fates: fc.array(fc.constantFrom<Fate>(...FATES), { minLength: 50, maxLength: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(network, async ({ seed, fates }) => {
        await withWorld(database, async (world) => {
          await makeTraffic(world, size, seed);
          expectEveryKind(world, size);
          await deliver(world, seed, fates);
          await reconcile(world);
          const ledger = await readLedger(world);
          expect(ledger).toEqual(trueLedger(world));
          expect(Object.keys(ledger).length).toBeGreaterThan((size.calls + size.messages) / 2);
          expect(await reconcile(world)).toMatchObject({ charges: 0, corrections: 0 });
        });
      }),
      { numRuns: size.runs, endOnFailure: true },
    );
  }, 240_000);
});

/** As many as were asked for really happened, and calls were dialled on from both directions. */
function expectEveryKind(world: ServedWorld, { calls, placed, messages, sends }: Size): void {
  const snapshot = world.emulator.control.snapshot();
  // A snapshot's calls and messages are the resources themselves.
  const made = snapshot.calls as CallResource[];
  const directions = Map.groupBy(made, ({ direction }) => direction);
  expect(directions.get("inbound")).toHaveLength(calls);
  expect(directions.get("outbound-api")).toHaveLength(placed);
  const parents = new Set(directions.get("outbound-dial")?.map(({ parent_call_sid }) => parent_call_sid));
  const dialledFrom = made.filter(({ sid }) => parents.has(sid)).map(({ direction }) => direction);
  expect(new Set(dialledFrom)).toEqual(new Set(["inbound", "outbound-api"]));
  expect(snapshot.messages.length).toBeGreaterThan(messages + sends);
}

async function withWorld(database: DatabaseKind, use: (world: ServedWorld) => Promise<void>): Promise<void> {
  const { sends, placed } = SIZES[database];
  const sendingLimits = { numberPerMinute: sends + placed, organizationPerMinute: sends + placed };
  const world = await createServedWorld(database, { log: undefined, logLevel: "silent", sendingLimits });
  try {
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_front_desk", { voice: { kind: "dial", to: "+14155580000" } });
    ours = await newWhatsAppNumber(world);
    await assign(world, ours, { enableSms: true, enableWhatsApp: true });
    frontDesk = await newNumber(world);
    await assign(world, frontDesk, { chatbotId: "agent_front_desk" });
    await use(world);
  } finally {
    await world.close();
  }
}

let ours: TestNumber;
/** Its agent dials somebody. */
let frontDesk: TestNumber;

/** Calls in both directions that end in every way, messages that come in and are replied to, and those that are sent. */
async function makeTraffic(
  world: ServedWorld,
  { calls, placed, messages, sends }: Size,
  seed: number,
): Promise<void> {
  const { control } = world.emulator;
  control.holdStatusCallbacks(true);
  const chance = randomFrom(seed);
  const pick: Pick = (items) => items[Math.floor(chance() * items.length)] as (typeof items)[number];
  const seconds = () => Math.floor(chance() * 200);
  const callers = (index: number) => `+1415557${String(index).padStart(4, "0")}`;
  await inParallel(calls, (index) =>
    control.placeCall({
      from: callers(index),
      to: pick([ours, frontDesk]).e164,
      outcome: pick(OUTCOMES),
      answerSeconds: seconds(),
      dialSeconds: seconds(),
    }),
  );
  await inParallel(placed, async (index) => {
    const { id } = pick([ours, frontDesk]);
    const sid = await send(world, "/api/calls", { phoneNumberId: id, to: callers(calls + index) });
    const details = { durationSeconds: seconds(), dialOutcome: pick(OUTCOMES), dialSeconds: seconds() };
    for (const status of WAYS[pick(OUTCOMES)]) await control.advanceCall(sid, status, details);
  });
  await inParallel(messages, (index) =>
    control.receiveMessage({
      from: callers(index),
      to: ours.e164,
      body: pick(BODIES),
      channel: pick(["sms", "sms", "whatsapp"] as const),
    }),
  );
  await inParallel(sends, (index) =>
    send(world, "/api/messages", { phoneNumberId: ours.id, to: callers(calls + index), text: pick(BODIES) }),
  );
  await runThrough(world, pick);
}

type Pick = <T>(items: readonly T[]) => T;

/** @returns the SID of what was sent */
async function send(world: ServedWorld, path: string, input: object): Promise<string> {
  const { status, body } = await world.request("POST", path, input);
  if (status !== 201) throw new Error(`Not sent: ${status}`);
  return body.sid;
}

/** Every outbound message ends in one of the ways that there are. */
async function runThrough(world: ServedWorld, pick: Pick): Promise<void> {
  const ways = [
    ["sent", "delivered"],
    ["sent"],
    ["sent", "undelivered"],
    ["failed"],
    ["sent", "delivered", "read"],
  ];
  // A snapshot's messages are the resources themselves.
  const messages = world.emulator.control.snapshot().messages as { sid: string; direction: string }[];
  const outbound = messages.filter(({ direction }) => direction !== "inbound");
  for (const { sid } of outbound) {
    for (const status of pick(ways)) await world.emulator.control.advanceMessage(sid, status);
  }
}

/** In an order that has nothing to do with the one in which they were made. */
async function deliver(world: ServedWorld, seed: number, fates: readonly Fate[]): Promise<void> {
  const { control } = world.emulator;
  const chance = randomFrom(seed + 1);
  const deliveries = control.heldStatusCallbacks().flatMap(({ id }, index) => {
    const fate = fates[index % fates.length];
    if (fate === "lost") return [];
    return fate === "twice" ? [id, id] : [id];
  });
  const shuffled = deliveries.map((id) => ({ id, at: chance() })).toSorted((a, b) => a.at - b.at);
  await inParallel(shuffled.length, async (index) => {
    const attempts = await control.deliverHeld(shuffled[index]?.id ?? "");
    expect(attempts.at(-1)?.status).toBe(204);
  });
}

async function inParallel(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Numbers from 0 to 1 that are the same for the same seed: xorshift32. */
function randomFrom(seed: number): () => number {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

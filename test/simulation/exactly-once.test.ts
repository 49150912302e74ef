// Whatever the network does to the callbacks of a thousand calls and messages, each is charged once, to the second and
// the segment: as Twilio itself counts them.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type DatabaseKind, describeEachDatabase } from "../support/databases.ts";
import { readLedger, reconcile, trueLedger } from "../support/ledger.ts";
import { assign, newWhatsAppNumber } from "../support/numbers.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";

interface Size {
  readonly runs: number;
  readonly calls: number;
  readonly messages: number;
  readonly sends: number;
}
/** PGlite takes seven times as long for the same: less traffic, to the same count. */
const SIZES: Record<DatabaseKind, Size> = {
  PGlite: { runs: 1, calls: 80, messages: 60, sends: 60 },
  PostgreSQL: { runs: 2, calls: 400, messages: 300, sends: 300 },
};
const AT_ONCE = 16;

/** What becomes of a callback. */
const FATES = ["delivered", "delivered", "twice", "lost"] as const;
type Fate = (typeof FATES)[number];

const OUTCOMES = ["completed", "completed", "completed", "busy", "no-answer", "failed", "canceled"] as const;
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

async function withWorld(database: DatabaseKind, use: (world: ServedWorld) => Promise<void>): Promise<void> {
  const { sends } = SIZES[database];
  const sendingLimits = { numberPerMinute: sends, organizationPerMinute: sends };
  const world = await createServedWorld(database, { log: undefined, logLevel: "silent", sendingLimits });
  try {
    await addAgent(world, "agent_456");
    const number = await newWhatsAppNumber(world);
    await assign(world, number, { enableSms: true, enableWhatsApp: true });
    ours = number;
    await use(world);
  } finally {
    await world.close();
  }
}

let ours: { readonly id: string; readonly e164: string };

/** Calls that end in every way, messages that come in and are replied to, and messages that are sent. */
async function makeTraffic(
  world: ServedWorld,
  { calls, messages, sends }: Size,
  seed: number,
): Promise<void> {
  const { control } = world.emulator;
  control.holdStatusCallbacks(true);
  const chance = randomFrom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(chance() * items.length)] as T;
  const callers = (index: number) => `+1415557${String(index).padStart(4, "0")}`;
  await inParallel(calls, (index) =>
    control.placeCall({
      from: callers(index),
      to: ours.e164,
      outcome: pick(OUTCOMES),
      answerSeconds: Math.floor(chance() * 200),
    }),
  );
  await inParallel(messages, (index) =>
    control.receiveMessage({
      from: callers(index),
      to: ours.e164,
      body: pick(BODIES),
      channel: pick(["sms", "sms", "whatsapp"] as const),
    }),
  );
  await inParallel(sends, async (index) => {
    const body = { phoneNumberId: ours.id, to: callers(calls + index), text: pick(BODIES) };
    const { status } = await world.request("POST", "/api/messages", body);
    if (status !== 201) throw new Error(`Not sent: ${status}`);
  });
  await runThrough(world, pick);
}

/** Every outbound message ends in one of the ways that there are. */
async function runThrough(world: ServedWorld, pick: <T>(items: readonly T[]) => T): Promise<void> {
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

// Whatever the network does to the callbacks of a thousand calls and messages, and whoever gets a number meanwhile: each is
// charged once, to the second and the segment, as Twilio itself counts them, and to whoever had the number when it began.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { CallResource, MessageResource } from "../../emulator/index.ts";
import { type DatabaseKind, describeEachDatabase } from "../support/databases.ts";
import { readLedger, reconcile, trueLedger } from "../support/ledger.ts";
import {
  allocate,
  assign,
  newNumber,
  newWhatsAppNumber,
  type TestNumber,
  unassign,
} from "../support/numbers.ts";
import { type Person, signUp } from "../support/people.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";
import { type HandOver, holdersInLedger, inAnotherSecond, trueHolders } from "./hand-over.ts";
import { FATES, Network } from "./network.ts";
import { randomFrom } from "./random.ts";

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
/** And what a message that goes out does. */
const MESSAGE_WAYS = [
  ["sent", "delivered"],
  ["sent"],
  ["sent", "undelivered"],
  ["failed"],
  ["sent", "delivered", "read"],
];
const BODIES = ["Hello?", "x".repeat(161), "ü".repeat(71), "\u{1F44B}".repeat(40), "STOP that, please"];

describeEachDatabase("exactly once", (database) => {
  const size = SIZES[database];
  test("any order, repetition and loss of the callbacks comes to Twilio's own count, once reconciled", async () => {
    const run = fc.record({
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      fates: fc.array(fc.constantFrom(...FATES), { minLength: 50, maxLength: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ seed, fates }) => {
        await withWorld(database, async (world) => {
          const network = new Network(world.emulator.control, seed + 1, fates);
          const second = await makeTraffic(world, network, size, seed);
          expectEveryKind(world, size);
          await inParallel(AT_ONCE, () => network.deliverTheRest());
          await reconcile(world);
          await expectTheTruth(world, second);
          expect(await reconcile(world)).toMatchObject({ charges: 0, corrections: 0 });
        });
      }),
      { numRuns: size.runs, endOnFailure: true },
    );
  }, 240_000);
});

/** @param second in which the numbers changed hands */
async function expectTheTruth(world: ServedWorld, second: number): Promise<void> {
  const truth = trueLedger(world);
  expect({ ...(await readLedger(world)), ...(await readLedger(world, ben.headers)) }).toEqual(truth);
  const handOvers: readonly HandOver[] = [
    { number: ours, before: "default agent_456", after: "default agent_night" },
    { number: frontDesk, before: "default agent_front_desk", after: "ben agent_of_ben" },
  ];
  const holders = trueHolders(world, handOvers, second);
  const charged = Object.keys(truth).map((sid) => `${sid} ${holders[sid]}`);
  const inLedgers = [
    ...(await holdersInLedger(world, "default")),
    ...(await holdersInLedger(world, "ben", ben.headers)),
  ];
  expect(inLedgers.toSorted()).toEqual(charged.toSorted());
  expect(new Set(Object.values(holders)).size).toBe(2 * handOvers.length);
}

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
    ben = await signUp(world, "Ben", world.url);
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_night");
    await addAgent(world, "agent_front_desk", DIALLING);
    await world.request(
      "POST",
      "/api/agents",
      { id: "agent_of_ben", name: "Ben's", ...DIALLING },
      ben.headers,
    );
    ours = await newWhatsAppNumber(world);
    await assign(world, ours, CHANNELS);
    frontDesk = await newNumber(world);
    await assign(world, frontDesk, { chatbotId: "agent_front_desk" });
    await use(world);
  } finally {
    await world.close();
  }
}

const DIALLING = { voice: { kind: "dial", to: "+14155580000" } };
const CHANNELS = { enableSms: true, enableWhatsApp: true };
let ben: Person;
let ours: TestNumber;
/** Its agent dials somebody. */
let frontDesk: TestNumber;

/** One number gets another agent, the other one another organization. */
async function handOver(world: ServedWorld): Promise<void> {
  const answers = [
    await assign(world, ours, { chatbotId: "agent_night", takeover: true, ...CHANNELS }),
    await unassign(world, frontDesk),
    await allocate(world, frontDesk, ben.orgId),
    await assign(world, frontDesk, { chatbotId: "agent_of_ben" }, ben.headers),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
}

/**
 * Calls in both directions that end in every way, messages that come in and are replied to, and those that are sent. Half
 * of them begin before the numbers change hands and half after; what goes out ends after that. All the time callbacks of
 * what has been so far arrive.
 *
 * @returns the second in which the numbers changed hands
 */
async function makeTraffic(world: ServedWorld, network: Network, size: Size, seed: number): Promise<number> {
  const { control } = world.emulator;
  const chance = randomFrom(seed);
  const pick: Pick = (items) => items[Math.floor(chance() * items.length)] as (typeof items)[number];
  const seconds = () => Math.floor(chance() * 200);
  const placed: string[] = [];
  const inTheNetwork = (count: number, act: (index: number) => Promise<unknown>) =>
    inParallel(count, async (index) => {
      await act(index);
      await network.deliverSome();
    });
  const beginHalf = async (half: "first" | "second") => {
    const caller = (index: number) => `+1415${half === "first" ? 557 : 558}${String(index).padStart(4, "0")}`;
    await inTheNetwork(size.calls / 2, (index) =>
      control.placeCall({
        from: caller(index),
        to: pick([ours, frontDesk]).e164,
        outcome: pick(OUTCOMES),
        answerSeconds: seconds(),
        dialSeconds: seconds(),
      }),
    );
    await inTheNetwork(size.placed / 2, async (index) => {
      const number = pick([ours, frontDesk]);
      const headers = half === "second" && number === frontDesk ? ben.headers : undefined;
      const to = caller(1_000 + index);
      placed.push(await send(world, "/api/calls", { phoneNumberId: number.id, to }, headers));
    });
    await inTheNetwork(size.messages / 2, (index) =>
      control.receiveMessage({
        from: caller(index),
        to: ours.e164,
        body: pick(BODIES),
        channel: pick(["sms", "sms", "whatsapp"] as const),
      }),
    );
    await inTheNetwork(size.sends / 2, (index) =>
      send(world, "/api/messages", { phoneNumberId: ours.id, to: caller(1_000 + index), text: pick(BODIES) }),
    );
  };
  await beginHalf("first");
  const second = await inAnotherSecond(() => handOver(world));
  await beginHalf("second");
  await inTheNetwork(placed.length, async (index) => {
    const details = { durationSeconds: seconds(), dialOutcome: pick(OUTCOMES), dialSeconds: seconds() };
    for (const status of WAYS[pick(OUTCOMES)])
      await control.advanceCall(placed[index] ?? "", status, details);
  });
  const sent = outboundMessages(world);
  await inTheNetwork(sent.length, async (index) => {
    for (const status of pick(MESSAGE_WAYS)) await control.advanceMessage(sent[index] ?? "", status);
  });
  return second;
}

type Pick = <T>(items: readonly T[]) => T;

/** @returns the SID of what was sent */
async function send(
  world: ServedWorld,
  path: string,
  input: object,
  headers?: Record<string, string>,
): Promise<string> {
  const { status, body } = await world.request("POST", path, input, headers);
  if (status !== 201) throw new Error(`Not sent: ${status}`);
  return body.sid;
}

function outboundMessages(world: ServedWorld): readonly string[] {
  // A snapshot's messages are the resources themselves.
  const messages = world.emulator.control.snapshot().messages as MessageResource[];
  return messages.filter(({ direction }) => direction !== "inbound").map(({ sid }) => sid);
}

async function inParallel(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

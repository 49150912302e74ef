// Whatever the network does to the callbacks of a thousand calls and messages, and whoever gets a number meanwhile: each is
// charged once, to the second and the segment, as Twilio itself counts them, and to whoever had the number when it began.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { CallResource } from "../../emulator/index.ts";
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
import { type Amount, Traffic } from "./traffic.ts";

interface Size {
  readonly runs: number;
  /** Before the numbers change hands, and as much after that. */
  readonly half: Amount;
}
/** PGlite takes seven times as long for the same: less traffic, to the same count. */
const SIZES: Record<DatabaseKind, Size> = {
  PGlite: { runs: 1, half: { calls: 25, placed: 15, messages: 30, sends: 30 } },
  PostgreSQL: { runs: 2, half: { calls: 125, placed: 75, messages: 150, sends: 150 } },
};

describeEachDatabase("exactly once", (database) => {
  const { runs, half } = SIZES[database];
  test("any order, repetition and loss of the callbacks comes to Twilio's own count, once reconciled", async () => {
    const run = fc.record({
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      fates: fc.array(fc.constantFrom(...FATES), { minLength: 50, maxLength: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ seed, fates }) => {
        await withWorld(database, async (world) => {
          const network = new Network(world.emulator.control, seed + 1, fates);
          const traffic = new Traffic(world, network, seed);
          await traffic.begin(half, { ours, frontDesk });
          const second = await inAnotherSecond(() => handOver(world));
          await traffic.begin(half, { ours, frontDesk, frontDeskHeaders: ben.headers });
          await traffic.end();
          expectEveryKind(world, half);
          await network.deliverTheRest();
          await reconcile(world);
          await expectTheTruth(world, second);
          expect(await reconcile(world)).toMatchObject({ charges: 0, corrections: 0 });
        });
      }),
      { numRuns: runs, endOnFailure: true },
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
function expectEveryKind(world: ServedWorld, { calls, placed, messages, sends }: Amount): void {
  const snapshot = world.emulator.control.snapshot();
  // A snapshot's calls and messages are the resources themselves.
  const made = snapshot.calls as CallResource[];
  const directions = Map.groupBy(made, ({ direction }) => direction);
  expect(directions.get("inbound")).toHaveLength(2 * calls);
  expect(directions.get("outbound-api")).toHaveLength(2 * placed);
  const parents = new Set(directions.get("outbound-dial")?.map(({ parent_call_sid }) => parent_call_sid));
  const dialledFrom = made.filter(({ sid }) => parents.has(sid)).map(({ direction }) => direction);
  expect(new Set(dialledFrom)).toEqual(new Set(["inbound", "outbound-api"]));
  expect(snapshot.messages.length).toBeGreaterThan(2 * (messages + sends));
}

async function withWorld(database: DatabaseKind, use: (world: ServedWorld) => Promise<void>): Promise<void> {
  const { sends, placed } = SIZES[database].half;
  const sentCount = 2 * (sends + placed);
  const sendingLimits = { numberPerMinute: sentCount, organizationPerMinute: sentCount };
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

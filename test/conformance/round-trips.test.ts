// How long an assignment takes is how many requests to Twilio wait for each other.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LoggedRequest } from "../../emulator/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { assign, newNumber, newWhatsAppNumber } from "../support/numbers.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

describeEachDatabase("round trips to Twilio", (database) => {
  let world: World;
  beforeAll(async () => {
    // Long enough for requests that are sent together to overlap.
    world = await createWorld({ database, emulator: { latencyMs: 50 } });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  test.each([
    ["voice alone", {}, 2],
    ["voice and SMS", { enableSms: true }, 2],
  ])("a number alone costs a read and a write: %s", async (_name, input, rounds) => {
    const number = await newNumber(world);
    expect((await assign(world, number, input)).status).toBe(200);
    const requests = world.emulator.control.requests();
    expect(roundTrips(requests)).toBe(rounds);
    expect(requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test("a WhatsApp sender costs two reads, a write and its confirmation", async () => {
    const number = await newWhatsAppNumber(world);
    await assign(world, number, { enableSms: true, enableWhatsApp: true });
    // The list and the sender; the sender's write and its confirmation; the number's write.
    expect(roundTrips(world.emulator.control.requests())).toBe(5);
  });
});

/** The most requests of which each began after the one before was answered. */
function roundTrips(requests: readonly LoggedRequest[]): number {
  const byEnd = requests
    .map(({ startedAtMs, durationMs }) => ({ startedAtMs, endedAtMs: startedAtMs + durationMs }))
    .toSorted((a, b) => a.endedAtMs - b.endedAtMs);
  let rounds = 0;
  let freeFromMs = 0;
  for (const { startedAtMs, endedAtMs } of byEnd) {
    if (startedAtMs < freeFromMs) continue;
    rounds++;
    freeFromMs = endedAtMs;
  }
  return rounds;
}

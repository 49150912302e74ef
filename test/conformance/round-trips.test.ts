// How long an assignment takes is how many requests to Twilio wait for each other.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LoggedRequest } from "../../emulator/index.ts";
import {
  assign,
  newNumber,
  newService,
  newWhatsAppNumber,
  type TestNumber,
  verify,
} from "../support/numbers.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

describe("round trips to Twilio", () => {
  let world: World;
  beforeAll(async () => {
    // Long enough for requests that are sent together to overlap.
    world = await createWorld({ database: "PostgreSQL", emulator: { latencyMs: 50 } });
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

  test("a number in a Messaging Service costs two reads more: who is in it, and how it is once it is held", async () => {
    const number = await newNumber(world);
    const serviceSid = newService(world, [number.sid]);
    world.emulator.control.updateService(serviceSid, { use_inbound_webhook_on_number: true });
    expect((await assign(world, number, { enableSms: true })).status).toBe(200);
    expect(roundTrips(world.emulator.control.requests())).toBe(4);
  });
});

describe("an account with 60 Messaging Services", () => {
  let world: World;
  let number: TestNumber;
  let serviceSids: readonly string[];
  let holder: string;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL" });
    await addAgent(world, "agent_456");
    number = await newNumber(world);
    serviceSids = Array.from({ length: 60 }, () => newService(world, []));
    holder = serviceSids[54] ?? "";
    world.emulator.control.addToService(holder, number.sid);
    await assign(world, number, { enableSms: true, takeover: true });
  });
  beforeEach(() => world.emulator.control.clearRequests());
  afterAll(() => world.close());

  /** The services that were asked whether the number is theirs. */
  function asked(): readonly string[] {
    const requests = world.emulator.control.requests({ path: "/v1/Services/MG[^/]+/PhoneNumbers/" });
    return requests.map(({ path }) => path.split("/")[3] ?? "");
  }

  test("is asked about the one that holds the number alone when it is assigned again", async () => {
    expect((await assign(world, number, { enableSms: true })).status).toBe(200);
    expect(asked()).toEqual([holder]);
  });

  test("is asked about the one that holds the number alone when it is verified", async () => {
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
    expect(asked()).toEqual([holder]);
  });

  test("is asked about the others when the number has left the one that held it", async () => {
    const next = serviceSids[3] ?? "";
    world.emulator.control.removeFromService(number.sid);
    world.emulator.control.addToService(next, number.sid);
    expect((await verify(world, number)).body).toMatchObject({
      configured: false,
      effective: { sms: { verdict: "shadowed", decidedBy: { sid: next } } },
    });
    expect(asked()).toContain(next);
    world.emulator.control.clearRequests();
    await verify(world, number);
    expect(asked()).toEqual([next]);
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

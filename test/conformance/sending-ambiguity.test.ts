// Twilio does not answer, and the message may have left all the same. Whatever happens then, it leaves once.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { impatientClock, settableClock } from "../support/clock.ts";
import { type DatabaseKind, describeEachDatabase } from "../support/databases.ts";
import { untilSo } from "../support/look-again.ts";
import { call, creations, newAssignedNumber, outgoing, send, withKey } from "../support/sending.ts";
import { createServedWorld } from "../support/served-world.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const TIMEOUT_MS = 300;

describe("sending without an answer", () => {
  let world: World;
  beforeAll(async () => {
    const options = { clock: impatientClock, twilioTimeoutMs: TIMEOUT_MS };
    world = await createWorld({ database: "PostgreSQL", switchhook: options });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  describe.each([
    ["messages", "Messages", send],
    ["calls", "Calls", call],
  ] as const)("%s", (kind, path, act) => {
    const lose = (effect: "applyThenHang" | "applyThenReset" | "hang" | "hangThenApply" | "reset") =>
      world.emulator.control.addFault({ method: "POST", path, effect: { kind: effect } });

    test.each(["applyThenHang", "applyThenReset"] as const)(
      "that Twilio has taken are found, once, also under a key that is used again: %s",
      async (effect) => {
        const number = await newAssignedNumber(world);
        lose(effect);
        const key = withKey(`${kind} ${effect}`);
        const answer = await act(world, number, {}, key);
        expect(answer).toMatchObject({ status: 201, body: { phoneNumberId: number.id, status: "queued" } });
        expect(outgoing(world, kind, number)).toMatchObject([{ sid: answer.body.sid }]);
        expect(await act(world, number, {}, key)).toMatchObject({ status: 201, body: answer.body });
        expect(outgoing(world, kind, number)).toHaveLength(1);
        const known = await world.request("GET", `/api/${kind}/${answer.body.sid}`);
        expect(known.body).toMatchObject({ sid: answer.body.sid, chatbotId: "agent_456" });
      },
    );

    test.each(["hang", "reset"] as const)(
      "that Twilio may still take are not sent again, nor under the same key: %s",
      async (effect) => {
        const number = await newAssignedNumber(world);
        lose(effect);
        const key = withKey(`${kind} ${effect}`);
        const answer = await act(world, number, {}, key);
        expect(answer).toMatchObject({
          status: 502,
          body: { code: "send_outcome_unknown", detail: expect.stringContaining("may send twice") },
        });
        const again = await act(world, number, {}, key);
        expect(again).toMatchObject({ status: 502, body: answer.body });
        expect(again.headers.get("idempotent-replayed")).toBe("true");
        expect(creations(world, path)).toHaveLength(1);
        expect(outgoing(world, kind, number)).toEqual([]);
      },
    );

    test("that Twilio takes late are sent once", async () => {
      const number = await newAssignedNumber(world);
      lose("hangThenApply");
      const key = withKey(`${kind} late`);
      expect(await act(world, number, {}, key)).toMatchObject({ body: { code: "send_outcome_unknown" } });
      world.emulator.control.releaseHeld();
      expect(await act(world, number, {}, key)).toMatchObject({ body: { code: "send_outcome_unknown" } });
      expect(outgoing(world, kind, number)).toHaveLength(1);
    });

    test("that Twilio answers with a failure of its own are not sent again", async () => {
      const number = await newAssignedNumber(world);
      world.emulator.control.addFault({ method: "POST", path, effect: { kind: "error", status: 500 } });
      expect(await act(world, number)).toMatchObject({ body: { code: "send_outcome_unknown" } });
      expect(creations(world, path)).toHaveLength(1);
      expect(outgoing(world, kind, number)).toEqual([]);
    });

    test("are unknown when the list cannot be read either", async () => {
      const number = await newAssignedNumber(world);
      lose("applyThenHang");
      const effect = { kind: "error", status: 503 } as const;
      world.emulator.control.addFault({ method: "GET", path, times: 100, effect });
      expect(await act(world, number)).toMatchObject({ body: { code: "send_outcome_unknown" } });
      world.emulator.control.clearFaults();
      expect(outgoing(world, kind, number)).toHaveLength(1);
    });

    test("that were held up by a limit first are sent once", async () => {
      const number = await newAssignedNumber(world);
      world.emulator.control.addFault({ method: "POST", path, effect: { kind: "error", status: 429 } });
      lose("applyThenHang");
      expect((await act(world, number)).status).toBe(201);
      expect(outgoing(world, kind, number)).toHaveLength(1);
    });
  });

  test.each<[string, object]>([
    ["the same text that was sent a moment ago", {}],
    ["another text", { text: "Hello!" }],
    ["the same text with media", { mediaUrls: ["https://example.com/a.png"] }],
    ["the same text to somebody else", { to: "+14155558888" }],
  ])("a message is not taken for %s", async (_name, other) => {
    const number = await newAssignedNumber(world);
    const earlier = await send(world, number, other);
    expect(earlier.status).toBe(201);
    world.emulator.control.addFault({ method: "POST", path: "Messages", effect: { kind: "hang" } });
    expect(await send(world, number)).toMatchObject({ body: { code: "send_outcome_unknown" } });
    expect(outgoing(world, "messages", number)).toMatchObject([{ sid: earlier.body.sid }]);
  });

  test("of two equal messages without an answer, nobody can say which is which", async () => {
    const number = await newAssignedNumber(world);
    const effect = { kind: "applyThenHang" } as const;
    world.emulator.control.addFault({ method: "POST", path: "Messages", times: 2, effect });
    const answers = await Promise.all([send(world, number), send(world, number)]);
    for (const answer of answers) expect(answer).toMatchObject({ body: { code: "send_outcome_unknown" } });
    expect(outgoing(world, "messages", number)).toHaveLength(2);
  });
});

describe("sending without an answer, with callbacks", () => {
  test("a message that Twilio's callbacks have told of already is found all the same", async () => {
    const world = await createServedWorld(
      "PostgreSQL",
      { twilioTimeoutMs: TIMEOUT_MS },
      { autoAdvance: true },
    );
    await addAgent(world, "agent_456");
    const number = await newAssignedNumber(world);
    world.emulator.control.addFault({ method: "POST", path: "Messages", effect: { kind: "applyThenHang" } });
    const answer = await send(world, number);
    expect(answer).toMatchObject({ status: 201, body: { status: "delivered", mediaCount: 0, segments: 1 } });
    const { body } = await world.request("GET", `/api/messages/${answer.body.sid}`);
    expect(body).toMatchObject({ status: "delivered", mediaCount: 0, segments: 1 });
    expect(body.events).toHaveLength(2);
    expect(outgoing(world, "messages", number)).toHaveLength(1);
    await world.close();
  });
});

/** A world in which Twilio's time is ours, and both stand still. */
async function createStillWorld(database: DatabaseKind) {
  const clock = settableClock();
  const world = await createWorld({
    database,
    emulator: { now: () => clock.now().getTime() },
    switchhook: { clock, twilioTimeoutMs: 2_000 },
  });
  await addAgent(world, "agent_456");
  return { world, clock };
}

describeEachDatabase("a request that never ended", (database) => {
  test.each([
    ["has sent its message", "applyThenHang"],
    ["has sent nothing", "hang"],
  ] as const)("and %s: the next one under its key makes it exactly one", async (_name, kind) => {
    const { world, clock } = await createStillWorld(database);
    const number = await newAssignedNumber(world);
    world.emulator.control.addFault({ method: "POST", path: "Messages", effect: { kind } });
    const first = send(world, number, {}, withKey("died"));
    await untilSo(() => creations(world, "Messages").length > 0);
    clock.advance(15 * MINUTE_MS);
    const second = await send(world, number, {}, withKey("died"));
    expect(second.status).toBe(201);
    expect(outgoing(world, "messages", number)).toMatchObject([{ sid: second.body.sid }]);
    await first;
    expect(outgoing(world, "messages", number)).toHaveLength(1);
    await world.close();
  });
});

// A batch's progress as it happens, and what its canary has to prove.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { serve } from "../../src/adapters/node.ts";
import { applyAll, decide, itemsOf, plan, until, untilEnded } from "../support/batches.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { allEvents } from "../support/event-reader.ts";
import { Moments } from "../support/moments.ts";
import { newNumber, type TestNumber } from "../support/numbers.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { API_KEY, addAgent, createWorld } from "../support/world.ts";

describeEachDatabase("a batch's events", (database) => {
  const moments = new Moments();
  let world: ServedWorld;
  let numbers: readonly TestNumber[];
  beforeAll(async () => {
    world = await createServedWorld(database, { onStep: moments.reach });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    numbers = [await newNumber(world), await newNumber(world), await newNumber(world)];
  });
  afterEach(() => moments.clear());

  const planAssignment = () =>
    plan(world, {
      action: "assign",
      chatbotId: "agent_456",
      selection: { phoneNumberIds: numbers.map(({ id }) => id) },
    });
  const follow = (batch: { id: string }, lastEventId?: string) =>
    fetch(`${world.url}/api/batches/${batch.id}/events`, {
      headers: {
        "x-api-key": API_KEY,
        ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
      },
    });

  test("tell what is done, how fast, and the end, and then they end", async () => {
    const batch = await planAssignment();
    const following = await follow(batch);
    expect(following.headers.get("content-type")).toBe("text/event-stream");
    await decide(world, "apply", batch);
    const events = await allEvents(following);
    expect(events[0]).toMatchObject({ name: "progress", data: { id: batch.id, state: "planned" } });
    expect(events.at(-2)?.data).toMatchObject({ state: "done", counts: { done: 3, failed: 0, skipped: 0 } });
    expect(events.at(-1)?.name).toBe("end");
    const ids = events.slice(0, -1).map(({ id }) => Number(id));
    expect(ids).toEqual([...new Set(ids)].toSorted((one, other) => one - other));
  });

  test("go on for whoever comes back, and are over for whoever has seen the end", async () => {
    const batch = await planAssignment();
    await applyAll(world, batch);
    const events = await allEvents(await follow(batch));
    expect(events.map(({ name }) => name)).toEqual(["progress", "end"]);
    const seen = events[0]?.id ?? "";
    expect((await follow(batch, seen)).status).toBe(204);
    expect((await follow(batch, String(Number(seen) - 1))).status).toBe(200);
    const fromElsewhere = await allEvents(await follow(batch, "of another stream"));
    expect(fromElsewhere.map(({ name }) => name)).toEqual(["progress", "end"]);
  });

  test("say how fast it goes and how long it will take, while it goes on", async () => {
    const first = moments.pauseAt("written");
    const batch = await planAssignment();
    await decide(world, "apply", batch);
    await first.reached;
    const second = moments.pauseAt("written");
    first.resume();
    await second.reached;
    const seen = await until(world, batch.id, ({ state }) => state === "running");
    expect(seen.counts).toMatchObject({ done: 1 });
    expect(seen.perSecond).toBeGreaterThan(0);
    expect(seen.secondsLeft).toBeGreaterThan(0);
    second.resume();
    expect(await untilEnded(world, batch.id)).toMatchObject({ perSecond: null, secondsLeft: null });
  });

  test("say nothing of how fast numbers are changed before one is, however fast they were planned", async () => {
    const batch = await planAssignment();
    await applyAll(world, batch);
    const written = moments.pauseAt("written");
    const { body } = await decide(world, "undo", batch);
    await written.reached;
    expect(await until(world, body.id, ({ state }) => state === "running")).toMatchObject({
      perSecond: null,
    });
    written.resume();
    await untilEnded(world, body.id);
  });

  test("end when the server is told to stop, which waits for nobody who listens", async () => {
    const other = await createWorld({ database });
    const server = await serve(other.switchhook, { port: 0, host: "127.0.0.1" });
    const batch = await plan(other, { selection: { all: true } });
    const following = await fetch(`${server.url}/api/batches/${batch.id}/events`, {
      headers: { "x-api-key": API_KEY },
    });
    await server.close();
    expect((await allEvents(following)).map(({ name }) => name)).toEqual(["progress"]);
    await other.close();
  });

  test("a canary whose webhooks do not arrive stops the batch before the others are begun", async () => {
    // Nothing listens there.
    const nowhere = await createServedWorld(database, { publicUrl: "http://127.0.0.1:9" });
    await addAgent(nowhere, "agent_456");
    const [one, other] = [await newNumber(nowhere), await newNumber(nowhere)];
    const batch = await plan(nowhere, {
      action: "assign",
      chatbotId: "agent_456",
      selection: { phoneNumberIds: [one.id, other.id] },
    });
    const ended = await applyAll(nowhere, batch);
    expect(ended).toMatchObject({ state: "stopped", counts: { done: 1, pending: 1 } });
    expect(ended.stopped.reason).toBe("canary_failed");
    expect(ended.stopped.detail).toContain("Nothing accepts connections at the public URL");
    expect((await itemsOf(nowhere, batch))[other.id].state).toBe("pending");
    await nowhere.close();
  });

  test("a canary that somebody changes before it is verified stops the batch", async () => {
    const [canary] = numbers;
    const committed = moments.pauseAt("committed");
    const batch = await planAssignment();
    await decide(world, "apply", batch);
    await committed.reached;
    world.emulator.control.updateNumber(canary?.sid ?? "", { voice_url: "https://theirs.example.com" });
    committed.resume();
    const ended = await untilEnded(world, batch.id);
    expect(ended).toMatchObject({ state: "stopped", stopped: { reason: "canary_failed" } });
    expect(ended.stopped.detail).toContain("voiceUrl");
  });
});

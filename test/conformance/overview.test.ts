// What an organization sees first, and a number's own story.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { eventsFrom } from "../support/event-reader.ts";
import { newNumber, type TestNumber } from "../support/numbers.ts";
import { type Person, signUp } from "../support/people.ts";
import { call, newAssignedNumber, send } from "../support/sending.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { API_KEY, addAgent, PUBLIC_URL } from "../support/world.ts";

describeEachDatabase("the overview", (database) => {
  let world: ServedWorld;
  let number: TestNumber;
  let stranger: Person;
  const sids: string[] = [];
  beforeAll(async () => {
    world = await createServedWorld(database, { trustedOrigins: [PUBLIC_URL] });
    await addAgent(world, "agent_456");
    number = await newAssignedNumber(world);
    await newNumber(world);
    stranger = await signUp(world, "Stranger");
    for (const status of ["delivered", "undelivered", "sent"]) {
      const { sid } = (await send(world, number)).body;
      await world.emulator.control.advanceMessage(sid, "sent");
      if (status !== "sent") await world.emulator.control.advanceMessage(sid, status);
      sids.push(sid);
    }
    sids.push((await call(world, number)).body.sid);
  });
  afterAll(() => world.close());

  const get = async (path: string, headers?: Person["headers"]) =>
    (await world.request("GET", path, undefined, headers)).body;

  test("counts numbers, traffic, what was delivered, and what was used this month", async () => {
    const { numbers, traffic, month, latest } = await get("/api/overview");
    expect(numbers).toMatchObject({ total: 2, byHealth: { ok: 1, unassigned: 1 } });
    expect(traffic.hours).toHaveLength(24);
    const sums = { calls: 0, messages: 0 };
    for (const { calls, messages } of traffic.hours) {
      sums.calls += calls;
      sums.messages += messages;
    }
    expect(sums).toEqual({ calls: 1, messages: 3 });
    expect(traffic).toMatchObject({
      delivery: { delivered: 1, failed: 1, pending: 1, rate: 0.5 },
      isComplete: true,
    });
    expect(month.usage).toMatchObject({ count: 3, segments: 3 });
    expect(latest[0].action).toBe("phone_number.import");
  });

  test("tells another organization nothing", async () => {
    const { numbers, traffic, latest, month } = await get("/api/overview", stranger.headers);
    expect(numbers.total + month.usage.count + latest.length).toBe(0);
    expect(traffic.delivery).toMatchObject({ delivered: 0, failed: 0, pending: 0, rate: null });
  });

  test("a number's time line has everything once, newest first, page by page", async () => {
    const seen: { kind: string; at: string; [kind: string]: unknown }[] = [];
    let cursor = "";
    for (let pages = 0; pages < 5; pages++) {
      const page = await get(`/api/phone-numbers/${number.id}/timeline?limit=2${cursor}`);
      seen.push(...page.entries);
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    const times = seen.map(({ at }) => at);
    expect(times).toEqual(times.toSorted().toReversed());
    const kinds = seen.map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual(["call", "message", "message", "message", "operation"]);
    // Anywhere: Twilio's times are whole seconds, so what followed the assignment may seem to come before it.
    const operation = expect.objectContaining({ kind: "assign" });
    expect(seen).toContainEqual(expect.objectContaining({ kind: "operation", operation }));
    const told = JSON.stringify(seen);
    for (const sid of sids) expect(told).toContain(sid);
  });

  test("another organization's number has no time line, and an invented cursor no page", async () => {
    const path = `/api/phone-numbers/${number.id}/timeline`;
    expect(await get(path, stranger.headers)).toMatchObject({ code: "phone_number_not_found" });
    expect(await get(`${path}?cursor=nonsense`)).toMatchObject({ code: "invalid_input" });
  });

  test("activity is told as it happens, to its own organization", async () => {
    const listen = async (headers: Record<string, string>) =>
      eventsFrom(await world.switchhook.fetch(new Request(`${PUBLIC_URL}/api/activity/events`, { headers })));
    const [own, other] = [await listen({ "x-api-key": API_KEY }), await listen(stranger.headers)];
    expect((await own.next()).value).toMatchObject({ name: "open" });
    expect((await other.next()).value).toMatchObject({ name: "open" });
    const { sid } = (await send(world, number)).body;
    expect((await own.next()).value).toMatchObject({ name: "message", data: { sid } });
    await world.emulator.control.advanceMessage(sid, "sent");
    expect((await own.next()).value).toMatchObject({ name: "message", data: { sid, status: "sent" } });
    world.switchhook.endStreams();
    expect((await other.next()).done).toBe(true);
    expect((await own.next()).done).toBe(true);
  });

  test("the public URL is told with what is wrong with it", async () => {
    expect(await get("/api/public-url")).toMatchObject({
      url: expect.stringContaining("http"),
      earlierUrls: [],
    });
  });
});

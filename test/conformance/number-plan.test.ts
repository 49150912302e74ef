// What a change would do, shown before it is done; and its steps, shown while it is done.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { type Event, eventsFrom } from "../support/event-reader.ts";
import { assign, everything, newNumber, type TestNumber, unassign, writes } from "../support/numbers.ts";
import { type Person, signUp } from "../support/people.ts";
import { API_KEY, addAgent, createWorld, PUBLIC_URL, type World } from "../support/world.ts";

describeEachDatabase("a change of one number", (database) => {
  let world: World;
  let stranger: Person;
  beforeAll(async () => {
    world = await createWorld({ database, switchhook: { trustedOrigins: [PUBLIC_URL] } });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
    stranger = await signUp(world, "Stranger");
  });
  afterAll(() => world.close());

  const plan = (input: object, headers?: Person["headers"]) =>
    world.request("POST", "/api/phone-numbers/plan", input, headers);
  const planAssignment = (number: TestNumber, input: object = {}) =>
    plan({ action: "assign", phoneNumberId: number.id, chatbotId: "agent_456", ...input });

  describe("that is planned", () => {
    test("is told field by field, is what the assignment then does, and writes nothing", async () => {
      const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
      const before = await everything(world);
      const { status, body } = await planAssignment(number);
      expect(status).toBe(200);
      expect(body.refusal).toBeNull();
      expect(body.changes).toContainEqual(
        expect.objectContaining({ field: "voiceUrl", before: "https://before.example.com/voice" }),
      );
      expect(writes(world)).toEqual([]);
      expect(await everything(world)).toEqual(before);
      const operations = await world.request("GET", `/api/operations?phoneNumberId=${number.id}`);
      expect(operations.body.operations).toEqual([]);
      expect((await assign(world, number)).body.operation.changes).toEqual(body.changes);
    });

    test("says why it is refused and what takeover would take", async () => {
      const number = await newNumber(world, { trunk_sid: `TK${"1".repeat(32)}` });
      const trunk = expect.objectContaining({ field: "trunkSid" });
      const refused = (await planAssignment(number)).body;
      expect(refused).toMatchObject({ refusal: { code: "number_shadowed" }, takes: { chatbotId: null } });
      expect(refused.takes.changes).toEqual([trunk]);
      const taken = (await planAssignment(number, { takeover: true })).body;
      expect(taken.refusal).toBeNull();
      expect(taken.takes.changes).toEqual([trunk]);
    });

    test("names the agent that an assignment would take the number from", async () => {
      const number = await newNumber(world);
      await assign(world, number, { chatbotId: "agent_789" });
      const { body } = await planAssignment(number);
      expect(body).toMatchObject({ refusal: { code: "number_assigned" }, takes: { chatbotId: "agent_789" } });
      expect(body.changes).toContainEqual(expect.objectContaining({ field: "voiceUrl" }));
    });

    test("may be an unassignment, or a configuration", async () => {
      const number = await newNumber(world);
      const input = { phoneNumberId: number.id };
      const refused = await plan({ action: "configure", ...input });
      expect(refused.body).toMatchObject({ changes: [], refusal: { code: "number_not_assigned" } });
      await assign(world, number);
      expect((await plan({ action: "configure", ...input })).body).toMatchObject({
        changes: [],
        refusal: null,
      });
      const planned = (await plan({ action: "unassign", ...input })).body;
      expect((await unassign(world, number)).body.operation.changes).toEqual(planned.changes);
    });

    test("is another organization's business only: theirs and none get the same answer", async () => {
      const number = await newNumber(world);
      const input = { action: "configure", phoneNumberId: number.id };
      expect(await plan(input, stranger.headers)).toMatchObject({
        status: 404,
        body: { code: "phone_number_not_found" },
      });
    });
  });

  describe("that is followed", () => {
    const follow = async (number: TestNumber, headers: Record<string, string> = {}) => {
      const abort = new AbortController();
      const response = await world.switchhook.fetch(
        new Request(`${PUBLIC_URL}/api/phone-numbers/${number.id}/operations/events`, {
          headers: { "x-api-key": API_KEY, ...headers },
          signal: abort.signal,
        }),
      );
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      return eventsFrom(response);
    };
    const phases = ({ data }: Event) => data.phases.map(({ phase }: { phase: string }) => phase);
    const next = async (events: AsyncGenerator<Event>) => {
      const { value } = await events.next();
      if (!value) throw new Error("The stream has ended");
      return value;
    };

    test("tells every phase, also those between two looks, and goes on where one was", async () => {
      const number = await newNumber(world);
      const events = await follow(number);
      await assign(world, number);
      let last = await next(events);
      while (last.data.state === "open") last = await next(events);
      expect(phases(last)).toEqual(["started", "writing", "finished"]);
      expect(last.data).toMatchObject({ kind: "assign", state: "committed" });
      await events.return(undefined);
      await unassign(world, number);
      const again = await follow(number, { "last-event-id": last.id ?? "" });
      expect((await next(again)).data).toMatchObject({ kind: "unassign", state: "committed" });
      await again.return(undefined);
    });

    test("misses nothing that was done while nobody followed, however much it was", async () => {
      const number = await newNumber(world);
      const events = await follow(number);
      await assign(world, number);
      const seen = await next(events);
      await events.return(undefined);
      const ids: string[] = [];
      for (let count = 0; count < 21; count++) ids.push((await assign(world, number)).body.operation.id);
      const again = await follow(number, { "last-event-id": `${seen.data.id}/9` });
      const told: string[] = [];
      while (told.length < ids.length) told.push((await next(again)).data.id);
      expect(told).toEqual(ids);
      await again.return(undefined);
    });

    test("shows the way back of one that fails", async () => {
      const number = await newNumber(world);
      const events = await follow(number);
      world.emulator.control.addFault({
        path: "/IncomingPhoneNumbers/PN",
        method: "POST",
        effect: { kind: "error", status: 400, code: 21402 },
      });
      await assign(world, number);
      let last = await next(events);
      while (last.data.state === "open") last = await next(events);
      expect(last.data.state).toBe("rolled_back");
      expect(phases(last)).toContain("restoring");
      await events.return(undefined);
    });
  });
});

// What became of calls and messages, as their organization reads it over HTTP.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { assign, newNumber, type TestNumber } from "../support/numbers.ts";
import { type Person, signUp } from "../support/people.ts";
import { call, newAssignedNumber, PERSON, send } from "../support/sending.ts";
import { createServedWorld, endOfCallTo, type ServedWorld } from "../support/served-world.ts";
import { addAgent, PUBLIC_URL } from "../support/world.ts";

const statuses = (events: readonly { status: string }[]) => events.map(({ status }) => status);

describeEachDatabase("the lists of calls and messages", (database) => {
  let world: ServedWorld;
  let number: TestNumber;
  let stranger: Person;
  beforeAll(async () => {
    world = await createServedWorld(database, { trustedOrigins: [PUBLIC_URL] });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
    number = await newAssignedNumber(world);
    stranger = await signUp(world, "Stranger");
  });
  afterAll(() => world.close());

  const get = (path: string, headers?: Person["headers"]) => world.request("GET", path, undefined, headers);

  test("a message tells what became of it, and Twilio's callbacks as they came", async () => {
    const { sid } = (await send(world, number)).body;
    await world.emulator.control.advanceMessage(sid, "sent");
    await world.emulator.control.advanceMessage(sid, "undelivered", { errorCode: 30003 });
    const { body } = await get(`/api/messages/${sid}`);
    expect(body).toMatchObject({
      status: "undelivered",
      phoneNumberId: number.id,
      chatbotId: "agent_456",
      segments: 1,
      error: { code: 30003, meaning: expect.stringContaining("could not be reached") },
    });
    expect(statuses(body.timeline)).toEqual(["queued", "sent", "undelivered"]);
    expect(statuses(body.events)).toEqual(["sent", "undelivered"]);
    expect(body.events[1].params).toMatchObject({ MessageSid: sid, To: PERSON, ErrorCode: "30003" });
    const listed = await get(`/api/messages?phoneNumberId=${number.id}&status=undelivered`);
    const { events: _inDetailOnly, ...message } = body;
    expect(listed.body).toEqual({ messages: [message], nextCursor: null });
  });

  test("a message is told without its text", async () => {
    const secret = "The code is 123456";
    const { sid } = (await send(world, number, { text: secret })).body;
    await world.emulator.control.advanceMessage(sid, "sent");
    for (const path of [`/api/messages/${sid}`, "/api/messages"]) {
      expect(JSON.stringify((await get(path)).body)).not.toContain(secret);
    }
  });

  test("a call tells its times, its length, and Twilio's callbacks as they came", async () => {
    const { sid } = (await call(world, number)).body;
    for (const status of ["initiated", "ringing", "in-progress"]) {
      await world.emulator.control.advanceCall(sid, status);
    }
    await world.emulator.control.advanceCall(sid, "completed", { durationSeconds: 61 });
    const { body } = await get(`/api/calls/${sid}`);
    expect(body).toMatchObject({
      status: "completed",
      direction: "outbound",
      phoneNumberId: number.id,
      chatbotId: "agent_456",
      durationSeconds: 61,
      answeredAt: expect.any(String),
      endedAt: expect.any(String),
    });
    expect(statuses(body.events)).toEqual(["initiated", "ringing", "in-progress", "completed"]);
    const { events: _inDetailOnly, ...ended } = body;
    expect((await get(`/api/calls?phoneNumberId=${number.id}&status=completed`)).body).toEqual({
      calls: [ended],
      nextCursor: null,
    });
  });

  test.each([
    ["Enable", "machine_start"],
    ["DetectMessageEnd", "machine_end_beep"],
    [undefined, null],
  ] as const)(
    "who picks up a call that is placed with machineDetection %s",
    async (machineDetection, answeredBy) => {
      const { status, body } = await call(world, number, { machineDetection });
      expect(status).toBe(201);
      // What would be heard if anybody listened.
      const heard = { answeredBy: answeredBy ?? ("human" as const) };
      await world.emulator.control.advanceCall(body.sid, "in-progress", heard);
      await world.emulator.control.advanceCall(body.sid, "completed");
      expect((await get(`/api/calls/${body.sid}`)).body).toMatchObject({ status: "completed", answeredBy });
    },
  );

  test("machine detection is Twilio's, or refused", async () => {
    const { status, body } = await call(world, number, { machineDetection: "yes" });
    expect([status, body.errors[0].path]).toEqual([400, "machineDetection"]);
  });

  test("a call that comes in is listed when its callback has come, with the agent of that time", async () => {
    const called = await newAssignedNumber(world);
    // It began when it ended: before, nobody had the number.
    await world.postSigned("/api/twilio/status", { ...endOfCallTo(called), CallDuration: "0" });
    await assign(world, called, { chatbotId: "agent_789", takeover: true });
    const { body } = await get(`/api/calls?phoneNumberId=${called.id}`);
    expect(body.calls).toMatchObject([
      { direction: "inbound", chatbotId: "agent_456", from: PERSON, to: called.e164, durationSeconds: 0 },
    ]);
    expect((await get(`/api/calls?phoneNumberId=${called.id}&agentId=agent_789`)).body.calls).toEqual([]);
    expect((await get(`/api/calls?phoneNumberId=${called.id}&chatbotId=agent_456`)).body.calls).toHaveLength(
      1,
    );
  });

  test("pages follow each other without a gap or a repetition", async () => {
    const busy = await newAssignedNumber(world);
    const sent: string[] = [];
    for (const text of ["1", "2", "3", "4", "5"]) sent.push((await send(world, busy, { text })).body.sid);
    const seen: string[] = [];
    let path = `/api/messages?phoneNumberId=${busy.id}&limit=2`;
    for (let pages = 1; pages <= 3; pages++) {
      const { body } = await get(path);
      expect(body.messages).toHaveLength(pages < 3 ? 2 : 1);
      seen.push(...body.messages.map(({ sid }: { sid: string }) => sid));
      expect(body.nextCursor === null).toBe(pages === 3);
      path = `/api/messages?phoneNumberId=${busy.id}&limit=2&cursor=${body.nextCursor}`;
    }
    expect(seen.toSorted()).toEqual(sent.toSorted());
  });

  test("times may be given in any zone", async () => {
    const { startedAt } = (await send(world, number)).body;
    const east = new Date(Date.parse(startedAt) + 2 * 3_600_000).toISOString().replace("Z", "+02:00");
    const query = (name: string) =>
      new URLSearchParams({ [name]: east, phoneNumberId: number.id }).toString();
    const found = async (name: string) => (await get(`/api/messages?${query(name)}`)).body.messages;
    expect(await found("from")).not.toEqual([]);
    expect(await found("to")).not.toContainEqual(expect.objectContaining({ startedAt }));
  });

  describe.each([
    ["calls", "call_not_found", call],
    ["messages", "message_not_found", send],
  ] as const)("%s", (kind, code, act) => {
    test("of another organization and none get the same answer, byte for byte", async () => {
      const { sid } = (await act(world, number)).body;
      const ask = async (wanted: string) => {
        const answer = await get(`/api/${kind}/${wanted}`, stranger.headers);
        expect(answer).toMatchObject({ status: 404, body: { code } });
        answer.headers.delete("x-request-id");
        return [[...answer.headers], JSON.stringify(answer.body).replace(answer.body.requestId, "")];
      };
      expect(await ask(sid)).toEqual(await ask(sid.replace(/.$/, "x")));
      expect((await get(`/api/${kind}`, stranger.headers)).body).toEqual({ [kind]: [], nextCursor: null });
      expect((await get(`/api/${kind}/${sid}`)).status).toBe(200);
    });

    test("are nobody's without credentials", async () => {
      for (const path of [`/api/${kind}`, `/api/${kind}/CA1`]) {
        expect(await get(path, {})).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
      }
    });

    test.each([
      "limit=0",
      "limit=201",
      "limit=many",
      "cursor=",
      "cursor=nonsense",
      `cursor=${Buffer.from("2026-01-01T00:00:00.000Z \0").toString("base64url")}`,
      "direction=sideways",
      "from=yesterday",
      "from=2026-01-31",
      "to=9999-12-31T23:59:59-12:00",
      "to=0000-01-01T00:00:00Z",
      "phoneNumberId=a/b",
      "chatbotId=agent_456&agentId=agent_789",
      `status=${"a".repeat(41)}`,
      "status=%00",
    ])("are not listed for %s", async (query) => {
      expect(await get(`/api/${kind}?${query}`)).toMatchObject({
        status: 400,
        body: { code: "invalid_input" },
      });
    });
  });

  test("messages are not listed for a channel that is none", async () => {
    expect(await get("/api/messages?channel=fax")).toMatchObject({
      status: 400,
      body: { code: "invalid_input" },
    });
    expect((await get("/api/messages?channel=whatsapp")).body.messages).toEqual([]);
  });

  test("a library's host sends, places, lists and gets by the same functions", async () => {
    const { api, defaultOrganizationId: orgId } = world.switchhook;
    const actor = { orgId, userId: "host", role: "member" } as const;
    const hosts = await newNumber(world);
    await assign(world, hosts);
    const input = { phoneNumberId: hosts.id, to: PERSON };
    const message = await api.messages.send(actor, { ...input, text: "Hello" });
    const placed = await api.calls.place(actor, input);
    const query = { limit: 10, phoneNumberId: hosts.id };
    expect((await api.messages.list(actor, query)).rows).toMatchObject([{ sid: message.sid }]);
    expect((await api.calls.list(actor, query)).rows).toMatchObject([{ sid: placed.sid }]);
    expect(await api.messages.get(actor, message.sid)).toMatchObject({ sid: message.sid, events: [] });
    expect(await api.calls.get(actor, placed.sid)).toMatchObject({ sid: placed.sid, events: [] });
  });
});

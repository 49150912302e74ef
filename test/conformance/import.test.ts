// The numbers of an account, as Twilio lists them: imported once, brought up to date after that.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { assign, freshNames, newNumber, stored, verify } from "../support/numbers.ts";
import { ACCOUNT_SID, type Answer, addAgent, createWorld, type World } from "../support/world.ts";

const NONE = { imported: 0, updated: 0, unchanged: 0, moved: 0, released: 0, unusedIds: [] };

describeEachDatabase("import", (database) => {
  let world: World;
  let hold: { readonly reached: () => void; readonly gate: Promise<void> } | undefined;
  beforeAll(async () => {
    const onStep = async (step: string) => {
      if (step !== "state_read" || !hold) return;
      hold.reached();
      await hold.gate;
    };
    world = await createWorld({ database, switchhook: { onStep } });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  const importNumbers = (accountId = world.accountId, ids = {}): Promise<Answer> =>
    world.request("POST", "/api/phone-numbers/import", { accountId, ids });

  /** A subaccount of the test's own, connected through its parent. */
  async function connectSubaccount(name: string): Promise<{ sid: string; id: string }> {
    const { sid } = world.emulator.control.createAccount({ parentSid: ACCOUNT_SID, friendlyName: name });
    const path = `/api/twilio-accounts/${world.accountId}/subaccounts`;
    const answer = await world.request("POST", path, { accountSid: sid });
    expect(answer).toMatchObject({ status: 201, body: { sid, parentSid: ACCOUNT_SID, friendlyName: name } });
    return { sid, id: answer.body.id };
  }

  test("2,500 numbers are imported in pages of 1,000, and a second time nothing changes", async () => {
    const { sid, id } = await connectSubaccount("Large");
    for (let index = 0; index < 2_500; index++) {
      world.emulator.control.createNumber(sid, { phoneNumber: `+1212${String(index).padStart(7, "0")}` });
    }
    world.emulator.control.clearRequests();
    expect((await importNumbers(id)).body).toEqual({ ...NONE, imported: 2_500 });
    const requests = world.emulator.control.requests();
    expect(requests.map(({ method, query }) => [method, query.PageSize])).toEqual([
      ["GET", "1000"],
      ["GET", "1000"],
      ["GET", "1000"],
    ]);
    expect((await importNumbers(id)).body).toEqual({ ...NONE, unchanged: 2_500 });
    expect(await countNumbers(`accountId=${id}`)).toBe(2_500);
  });

  async function countNumbers(filter: string): Promise<number> {
    let count = 0;
    for (let cursor = ""; ; ) {
      const { body } = await world.request("GET", `/api/phone-numbers?limit=200&${filter}&cursor=${cursor}`);
      count += body.phoneNumbers.length;
      if (body.nextCursor === null) return count;
      cursor = body.nextCursor;
    }
  }

  test("an import changes nothing in Twilio", async () => {
    await newNumber(world);
    const before = world.emulator.control.snapshot();
    await importNumbers();
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect(world.emulator.control.requests({ method: "POST" })).toEqual([]);
  });

  test("a number gets the id that the caller has for it, or one of ours", async () => {
    const [chosen, left] = [freshNames(), freshNames()];
    for (const { e164 } of [chosen, left]) {
      world.emulator.control.createNumber(ACCOUNT_SID, { phoneNumber: e164, capabilities: { mms: false } });
    }
    expect((await importNumbers(world.accountId, { [chosen.e164]: chosen.id })).body).toMatchObject({
      imported: 2,
    });
    expect(await stored(world, chosen)).toMatchObject({
      phoneNumber: chosen.e164,
      capabilities: { voice: true, sms: true, mms: false },
      status: "active",
      health: "unassigned",
      chatbotId: null,
    });
    const { body } = await world.request("GET", `/api/phone-numbers?search=${left.e164.slice(1)}`);
    expect(body.phoneNumbers).toMatchObject([{ id: expect.stringMatching(/^phone_[0-9a-f-]{36}$/) }]);
  });

  test("a known number keeps its id, whatever the caller calls it now, and that is said", async () => {
    const [number, same, absent] = [await newNumber(world), await newNumber(world), freshNames()];
    const ids = { [number.e164]: "another_id", [same.e164]: same.id, [absent.e164]: absent.id };
    expect((await importNumbers(world.accountId, ids)).body).toMatchObject({
      imported: 0,
      unusedIds: [number.e164, absent.e164],
    });
    expect(await stored(world, number)).toMatchObject({ phoneNumber: number.e164 });
  });

  test("an id that is taken imports nothing at all", async () => {
    const taken = await newNumber(world);
    const [first, second] = [freshNames(), freshNames()];
    for (const { e164 } of [first, second])
      world.emulator.control.createNumber(ACCOUNT_SID, { phoneNumber: e164 });
    const answer = await importNumbers(world.accountId, { [first.e164]: first.id, [second.e164]: taken.id });
    expect(answer).toMatchObject({ status: 409, body: { code: "id_taken", phoneNumberId: taken.id } });
    expect(await world.request("GET", `/api/phone-numbers/${first.id}`)).toMatchObject({ status: 404 });
    expect((await importNumbers()).body).toMatchObject({ imported: 2 });
  });

  test("a page that Twilio does not answer imports nothing at all", async () => {
    const number = await newNumber(world);
    world.emulator.control.releaseNumber(number.sid);
    const effect = { kind: "error", status: 400, code: 20001 } as const;
    world.emulator.control.addFault({ path: "IncomingPhoneNumbers", effect });
    expect(await importNumbers()).toMatchObject({ status: 502, body: { code: "twilio_rejected" } });
    expect(await stored(world, number)).toMatchObject({ status: "active" });
    expect((await importNumbers()).body).toMatchObject({ released: 1 });
  });

  test("a number that was renamed in Twilio is renamed here", async () => {
    const number = await newNumber(world);
    world.emulator.control.updateNumber(number.sid, { friendly_name: "Front desk" });
    expect((await importNumbers()).body).toMatchObject({ imported: 0, updated: 1, moved: 0, released: 0 });
    expect(await stored(world, number)).toMatchObject({ friendlyName: "Front desk" });
  });

  test("a number that is gone is released, and keeps its assignment on record", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    world.emulator.control.releaseNumber(number.sid);
    expect((await importNumbers()).body).toMatchObject({ released: 1 });
    expect(await stored(world, number)).toMatchObject({ status: "released", chatbotId: "agent_456" });
    expect((await importNumbers()).body).toMatchObject({ released: 0 });
  });

  test("a number that the list leaves out is not released while Twilio knows it", async () => {
    const number = await newNumber(world);
    const body = JSON.stringify({ incoming_phone_numbers: [], next_page_uri: null });
    const effect = { kind: "error", status: 200, body } as const;
    world.emulator.control.addFault({ path: "IncomingPhoneNumbers.json$", effect });
    expect((await importNumbers()).body).toEqual(NONE);
    expect(await stored(world, number)).toMatchObject({ status: "active" });
  });

  test("a number that is gone is not released while somebody changes it", async () => {
    const number = await newNumber(world);
    const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    hold = { reached: reached.resolve, gate: gate.promise };
    const assigning = assign(world, number);
    await reached.promise;
    world.emulator.control.releaseNumber(number.sid);
    expect((await importNumbers()).body).toMatchObject({ released: 0 });
    expect(await stored(world, number)).toMatchObject({ status: "active" });
    hold = undefined;
    gate.resolve();
    expect(await assigning).toMatchObject({ status: 502, body: { code: "twilio_not_found" } });
    expect((await importNumbers()).body).toMatchObject({ released: 1 });
  });

  test("a number that was bought again stays as it is while somebody changes it", async () => {
    const number = await newNumber(world);
    const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    hold = { reached: reached.resolve, gate: gate.promise };
    const assigning = assign(world, number);
    await reached.promise;
    world.emulator.control.releaseNumber(number.sid);
    world.emulator.control.createNumber(ACCOUNT_SID, { phoneNumber: number.e164 });
    expect((await importNumbers()).body).toMatchObject({ updated: 0 });
    hold = undefined;
    gate.resolve();
    expect((await assigning).body).toMatchObject({ code: "twilio_not_found" });
    expect((await importNumbers()).body).toMatchObject({ updated: 1 });
  });

  test("a number that was released and bought again is active under its id, and is not taken for configured", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    world.emulator.control.releaseNumber(number.sid);
    await importNumbers();
    world.emulator.control.createNumber(ACCOUNT_SID, { phoneNumber: number.e164 });
    expect((await importNumbers()).body).toMatchObject({ imported: 0, updated: 1, released: 0 });
    expect(await stored(world, number)).toMatchObject({ status: "active", chatbotId: "agent_456" });
    expect((await verify(world, number)).body).toMatchObject({
      configured: false,
      effective: { voice: { verdict: "nobody" } },
    });
    await world.request("POST", "/api/phone-numbers/webhooks", { phoneNumberId: number.id });
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
  });

  test.each([
    ["the account that it left", true],
    ["the account that it came to", false],
  ])(
    "a number that moved to a subaccount keeps its id and its agent, importing %s first",
    async (name, leftFirst) => {
      const { sid, id } = await connectSubaccount(name);
      const number = await newNumber(world);
      await assign(world, number);
      moveNumber(number.sid, number.e164, sid);
      const accounts = leftFirst ? [world.accountId, id] : [id, world.accountId];
      const results = [];
      for (const accountId of accounts) results.push((await importNumbers(accountId)).body);
      const moved = { ...NONE, moved: 1 };
      expect(results).toContainEqual(moved);
      expect(await stored(world, number)).toMatchObject({
        status: "active",
        accountId: id,
        chatbotId: "agent_456",
      });
      expect((await verify(world, number)).body).toMatchObject({ phoneNumber: number.e164 });
    },
  );

  /** Twilio keeps a number's SID when it changes accounts. */
  function moveNumber(numberSid: string, phoneNumber: string, accountSid: string): void {
    world.emulator.control.releaseNumber(numberSid);
    world.emulator.control.createNumber(accountSid, { sid: numberSid, phoneNumber });
  }

  test("an import is in the audit log", async () => {
    await importNumbers();
    const { body } = await world.request("GET", `/api/audit?targetId=${world.accountId}&limit=1`);
    expect(body.entries).toMatchObject([
      { action: "phone_number.import", outcome: "committed", after: { imported: 0 } },
    ]);
  });
});

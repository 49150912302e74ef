// Configuring many numbers at once: the organization's own, one failure at a time.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  newNumber,
  newService,
  newWhatsAppNumber,
  type TestNumber,
  urlsOf,
  verify,
  writes,
} from "../support/numbers.ts";
import { API_KEY, addAgent, createWorld, type World } from "../support/world.ts";

const THEIRS = "https://theirs.example.com/voice";

describeEachDatabase("configuring all numbers", (database) => {
  let world: World;
  let first: TestNumber;
  let second: TestNumber;
  let ofAnotherAgent: TestNumber;
  let unassigned: TestNumber;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
    first = await newNumber(world);
    second = await newNumber(world);
    ofAnotherAgent = await newNumber(world);
    unassigned = await newNumber(world);
    await assign(world, first);
    await assign(world, second);
    await assign(world, ofAnotherAgent, { chatbotId: "agent_789" });
  });
  afterAll(() => world.close());

  /** Somebody changes every number in the Console. */
  function meddle(): void {
    for (const { sid } of [first, second, ofAnotherAgent, unassigned]) {
      world.emulator.control.updateNumber(sid, { voice_url: THEIRS });
    }
    world.emulator.control.clearRequests();
  }

  const configureAll = (body?: object) => world.request("PUT", "/api/phone-numbers/webhooks", body);
  const isConfigured = async (number: TestNumber) => (await verify(world, number)).body.configured;

  test("no body is no body, whatever its content type says", async () => {
    const headers = { "x-api-key": API_KEY, "content-type": "application/json" };
    const answer = await world.request("PUT", "/api/phone-numbers/webhooks", undefined, headers);
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
  });

  test("all assigned numbers are put right, and an unassigned one is left alone", async () => {
    meddle();
    const answer = await configureAll();
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, results: { success: 3, failed: 0, errors: [] } },
    });
    expect(await Promise.all([first, second, ofAnotherAgent].map(isConfigured))).toEqual([true, true, true]);
    expect((await verify(world, unassigned)).body.webhooks.voiceUrl).toBe(THEIRS);
  });

  test.each([["chatbotId"], ["agentId"]])("with %s, only that agent's numbers are written", async (name) => {
    meddle();
    expect((await configureAll({ [name]: "agent_789" })).body.results).toMatchObject({
      success: 1,
      failed: 0,
    });
    expect(writes(world).map(({ path }) => path)).toEqual([expect.stringContaining(ofAnotherAgent.sid)]);
  });

  test("a dry run says what would be written, and writes nothing", async () => {
    meddle();
    const { status, body } = await configureAll({ dryRun: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      message: "3 of 3 numbers would be changed; nothing was written.",
    });
    expect(body.plan).toHaveLength(3);
    expect(body.plan).toContainEqual({
      phoneNumberId: first.id,
      changes: [
        {
          resource: "number",
          sid: first.sid,
          field: "voiceUrl",
          before: THEIRS,
          after: urlsOf("agent_456").voice,
        },
      ],
    });
    expect(writes(world)).toEqual([]);
  });

  test("one number's failure is reported, rolled back, and keeps no other from being put right", async () => {
    meddle();
    const path = second.sid;
    world.emulator.control.addFault({
      method: "POST",
      path,
      effect: { kind: "error", status: 400, code: 21402, message: "VoiceUrl is not valid" },
    });
    const { status, body } = await configureAll();
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: false, results: { success: 2, failed: 1 } });
    expect(body.results.errors).toEqual([
      { phoneNumberId: second.id, code: "twilio_rejected", detail: expect.stringContaining("VoiceUrl") },
    ]);
    expect(await Promise.all([first, second, ofAnotherAgent].map(isConfigured))).toEqual([true, false, true]);
    expect((await verify(world, second)).body.webhooks.voiceUrl).toBe(THEIRS);
  });

  test("numbers of one Messaging Service that has to be changed are not in each other's way", async () => {
    const serviceSid = newService(world, []);
    const numbers: TestNumber[] = [];
    for (let count = 0; count < 5; count++) {
      const number = await newWhatsAppNumber(world);
      world.emulator.control.addToService(serviceSid, number.senderSid);
      await assign(world, number, { enableWhatsApp: true, takeover: true });
      numbers.push(number);
    }
    world.emulator.control.updateService(serviceSid, { fallback_url: "https://theirs.example.com/fallback" });
    // So long that each of them reads the service before the first has put it right.
    const effect = { kind: "latency", ms: 300 } as const;
    world.emulator.control.addFault({ method: "POST", path: serviceSid, effect });
    const { body } = await configureAll();
    expect(body.results).toEqual({ success: 8, failed: 0, errors: [] });
    expect(await Promise.all(numbers.map(isConfigured))).toEqual(numbers.map(() => true));
  });

  test("an agent that does not exist is an error, not an empty success", async () => {
    meddle();
    expect(await configureAll({ chatbotId: "nobody" })).toMatchObject({
      status: 404,
      body: { code: "agent_not_found" },
    });
    expect(writes(world)).toEqual([]);
  });
});

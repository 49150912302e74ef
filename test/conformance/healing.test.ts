// With the policy heal, what somebody changes in Twilio is written again, as one operation; not where that would take
// something from somebody else, and not for ever.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { settableClock } from "../support/clock.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { drifts, setPolicy, sweep } from "../support/drift.ts";
import { Moments } from "../support/moments.ts";
import {
  assign,
  inTwilio,
  lastOperation,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  urlsOf,
  writes,
} from "../support/numbers.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const THEIRS = "https://theirs.example.com/voice";
const OTHER_DEPLOYMENT = urlsOf("agent_1", "https://another.example.com").voice;
const MINUTE_MS = 60_000;
const LONG_MS = 20_000;

describeEachDatabase("healing", (database) => {
  const moments = new Moments();
  // Whoever waits for longer is one who waits for a request.
  const sleep = async (ms: number) => (ms < LONG_MS ? moments.reach("asking Twilio again") : undefined);
  const clock = { ...settableClock(), sleep };
  let world: World;
  beforeAll(async () => {
    const now = () => clock.now().getTime();
    world = await createWorld({ database, switchhook: { clock }, emulator: { now } });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());
  beforeEach(() => world.emulator.control.clearRequests());
  afterEach(() => moments.clear());

  const of = (number: TestNumber, query = "") => drifts(world, `phoneNumberId=${number.id}&${query}`);
  const voiceUrl = (number: TestNumber) => inTwilio(world, "numbers", number.sid);
  const alertsOf = async (number: TestNumber) =>
    (await world.request("GET", `/api/alerts?phoneNumberId=${number.id}&state=open`)).body.alerts;
  const change = (number: TestNumber, fields: object) => {
    clock.advance(MINUTE_MS);
    world.emulator.control.updateNumber(number.sid, fields);
    clock.advance(MINUTE_MS);
  };

  async function newHealed(input: object = {}, fieldClass?: string): Promise<TestNumber> {
    const number = await newNumber(world);
    expect((await assign(world, number, input)).status).toBe(200);
    await setPolicy(world, { phoneNumberId: number.id, fieldClass, policy: "heal" });
    clock.advance(MINUTE_MS);
    world.emulator.control.clearRequests();
    return number;
  }

  test("writes what is wanted again, says so, and leaves the assignment as old as it is", async () => {
    const number = await newHealed();
    const { assignedAt } = await stored(world, number);
    change(number, { voice_url: THEIRS });
    expect((await sweep(world)).counts).toMatchObject({ opened: 1, healed: 1 });
    expect(voiceUrl(number)).toMatchObject({ voice_url: urlsOf("agent_456").voice });
    expect(await stored(world, number)).toMatchObject({ health: "ok", assignedAt, openAlerts: 0 });
    expect(await of(number)).toMatchObject([{ state: "ended", endReason: "healed" }]);
    const operation = await lastOperation(world, number);
    expect(operation).toMatchObject({ kind: "heal", state: "committed", actor: { userId: "system:drift" } });
    expect(operation.changes).toMatchObject([{ field: "voiceUrl", before: THEIRS }]);
    expect(writes(world)).toHaveLength(1);
    expect((await sweep(world)).counts).toMatchObject({ opened: 0, healed: 0 });
    expect(writes(world)).toHaveLength(1);
  });

  test("writes no fields of a class that is only observed", async () => {
    const number = await newHealed({ enableSms: true }, "voice");
    change(number, { voice_url: THEIRS, sms_url: THEIRS });
    expect((await sweep(world)).counts).toMatchObject({ opened: 2, healed: 1 });
    expect(voiceUrl(number)).toMatchObject({ voice_url: urlsOf("agent_456").voice, sms_url: THEIRS });
    expect(await of(number, "open=true")).toMatchObject([{ fieldClass: "sms" }]);
    expect(await stored(world, number)).toMatchObject({ health: "drifted" });
  });

  test("takes no number that another deployment serves, and says why", async () => {
    const number = await newHealed();
    change(number, { voice_url: OTHER_DEPLOYMENT });
    expect((await sweep(world)).counts).toMatchObject({ opened: 1, healed: 0 });
    await sweep(world);
    expect(voiceUrl(number)).toMatchObject({ voice_url: OTHER_DEPLOYMENT });
    expect(writes(world)).toEqual([]);
    expect(await of(number)).toMatchObject([{ state: "open", verdict: "other_deployment" }]);
    expect(await alertsOf(number)).toMatchObject([
      { kind: "drift", count: 1, detail: expect.stringContaining("Another Switchhook deployment serves") },
    ]);
    const { operations } = (await world.request("GET", `/api/operations?phoneNumberId=${number.id}`)).body;
    expect(operations.filter(({ kind }: { kind: string }) => kind === "heal")).toMatchObject([
      { state: "refused", error: { code: "other_deployment" } },
    ]);
  });

  test("takes nothing else of a number that another deployment serves either", async () => {
    const number = await newHealed({ enableSms: true });
    const theirs = { voice_url: OTHER_DEPLOYMENT, sms_url: "", status_callback: THEIRS };
    change(number, theirs);
    expect((await sweep(world)).counts).toMatchObject({ opened: 3, healed: 0 });
    expect(voiceUrl(number)).toMatchObject(theirs);
    expect(writes(world)).toEqual([]);
  });

  test("calls are healed also while the number's WhatsApp sender is offline", async () => {
    const number = await newWhatsAppNumber(world);
    expect((await assign(world, number, { enableWhatsApp: true })).status).toBe(200);
    await setPolicy(world, { phoneNumberId: number.id, policy: "heal" });
    change(number, { voice_url: THEIRS });
    world.emulator.control.setSenderStatus(number.senderSid, "OFFLINE");
    expect((await sweep(world)).counts).toMatchObject({ opened: 2, healed: 1 });
    expect(voiceUrl(number)).toMatchObject({ voice_url: urlsOf("agent_456").voice });
    expect(await of(number, "open=true")).toMatchObject([{ fieldClass: "whatsapp", fields: [] }]);
  });

  test("a service that takes a number's SMS and its WhatsApp messages is healed of neither while it is another's", async () => {
    const number = await newWhatsAppNumber(world);
    const serviceSid = newService(world, [number.sid, number.senderSid]);
    const input = { enableSms: true, enableWhatsApp: true, takeover: true };
    expect((await assign(world, number, input)).status).toBe(200);
    await setPolicy(world, { phoneNumberId: number.id, policy: "heal" });
    world.emulator.control.updateService(serviceSid, { inbound_request_url: THEIRS });
    for (let time = 1; time <= 2; time++) expect((await sweep(world)).counts).toMatchObject({ healed: 0 });
    const fields = [expect.objectContaining({ sid: serviceSid, field: "inboundRequestUrl", found: THEIRS })];
    expect(await of(number)).toMatchObject([
      { state: "open", fields },
      { state: "open", fields },
    ]);
  });

  test("stops when the same field was changed back three times, and says who does it", async () => {
    const number = await newHealed();
    for (let time = 1; time <= 3; time++) {
      change(number, { voice_url: THEIRS });
      expect((await sweep(world)).counts).toMatchObject({ healed: 1 });
    }
    change(number, { voice_url: THEIRS });
    for (let time = 1; time <= 2; time++) {
      expect((await sweep(world)).counts).toMatchObject({ healed: 0 });
      clock.advance(MINUTE_MS);
    }
    expect(voiceUrl(number)).toMatchObject({ voice_url: THEIRS });
    expect(await of(number, "open=true")).toMatchObject([{ foughtAt: expect.any(String) }]);
    const changedBy = { actorType: "user", source: "web", actorSid: expect.stringMatching(/^US/) };
    expect(await alertsOf(number)).toMatchObject([{ kind: "drift_fight", count: 1, facts: { changedBy } }]);
    await setPolicy(world, { phoneNumberId: number.id, policy: "heal" });
    expect((await sweep(world)).counts).toMatchObject({ healed: 1 });
    expect(await alertsOf(number)).toEqual([]);
    expect(await stored(world, number)).toMatchObject({ health: "ok" });
  });

  test.each([403, 500] as const)(
    "stops, and says that it is not known who does it, where Twilio does not say: %i",
    async (status) => {
      const number = await newHealed();
      world.emulator.control.addFault({ path: "/v1/Events", times: 100, effect: { kind: "error", status } });
      for (let time = 1; time <= 4; time++) {
        change(number, { voice_url: THEIRS });
        await sweep(world);
      }
      expect(voiceUrl(number)).toMatchObject({ voice_url: THEIRS });
      expect(await of(number, "open=true")).toMatchObject([{ foughtAt: expect.any(String) }]);
      expect(await alertsOf(number)).toMatchObject([
        {
          kind: "drift_fight",
          detail: expect.stringContaining("It is not known who"),
          facts: { changedBy: null },
        },
      ]);
      world.emulator.control.clearFaults();
    },
  );

  test("what somebody puts right while Twilio is asked who changes it back leaves no alert behind", async () => {
    const number = await newHealed();
    for (let time = 1; time <= 4; time++) {
      change(number, { voice_url: THEIRS });
      if (time < 4) await sweep(world);
    }
    world.emulator.control.addFault({ path: "/v1/Events", effect: { kind: "error", status: 500 } });
    const asking = moments.pauseAt("asking Twilio again");
    const sweeping = sweep(world);
    await asking.reached;
    const configured = await world.request("POST", "/api/phone-numbers/webhooks", {
      phoneNumberId: number.id,
    });
    expect(configured.status).toBe(200);
    asking.resume();
    await sweeping;
    expect(await of(number, "open=true")).toEqual([]);
    expect(await alertsOf(number)).toEqual([]);
  });

  test("what Twilio refuses to write is told, and tried again with the next sweep", async () => {
    const number = await newHealed();
    change(number, { voice_url: THEIRS });
    const effect = { kind: "error", status: 400, code: 21_402, message: "VoiceUrl is not valid" } as const;
    world.emulator.control.addFault({ method: "POST", path: number.sid, effect });
    expect((await sweep(world)).counts).toMatchObject({ healed: 0 });
    expect(await alertsOf(number)).toMatchObject([{ kind: "drift" }]);
    expect((await sweep(world)).counts).toMatchObject({ healed: 1 });
    expect(await alertsOf(number)).toEqual([]);
  });
});

// A number that an organization was lent may be in a Messaging Service of the operator's. That serves other numbers too:
// whoever holds the number neither changes the service nor learns anything about it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  allocate,
  assign,
  inTwilio,
  newNumber,
  newWhatsAppNumber,
  takeBack,
  unassign,
  verify,
  writes,
} from "../support/numbers.ts";
import { type Person, signUp } from "../support/people.ts";
import { ACCOUNT_SID, type Answer, addAgent, createWorld, type World } from "../support/world.ts";

const INBOUND_URL = "https://operators-own.example.com/inbound";

describe("a lent number in the operator's Messaging Service", () => {
  let world: World;
  let ben: Person;
  let number: Awaited<ReturnType<typeof newWhatsAppNumber>>;
  let serviceSid: string;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL" });
    await addAgent(world, "agent_456");
    ben = await signUp(world, "Ben");
    await world.request("POST", "/api/agents", { id: "agent_456", name: "Ben's" }, ben.headers);
  });
  beforeEach(async () => {
    number = await newWhatsAppNumber(world);
    serviceSid = world.emulator.control.createService(ACCOUNT_SID, {
      inbound_request_url: INBOUND_URL,
      fallback_url: `${INBOUND_URL}/fallback`,
      status_callback: `${INBOUND_URL}/status`,
    }).sid;
    await allocate(world, number, ben.orgId);
  });
  // So that the numbers of one test are not configured by another; where there is nothing to unassign, it is refused.
  afterEach(() => unassign(world, number, {}, ben.headers));
  afterAll(() => world.close());

  const addToService = (sid: string) => world.emulator.control.addToService(serviceSid, sid);
  const asBen = (method: string, path: string, body?: unknown) =>
    world.request(method, path, body, ben.headers);

  /** Everything that Ben can read about his number, and what else he was told. */
  async function expectServiceHidden(...answers: readonly Answer[]): Promise<void> {
    const { body } = await asBen("GET", `/api/operations?phoneNumberId=${number.id}`);
    const ids: readonly string[] = body.operations.map(({ id }: { id: string }) => id);
    const read = await Promise.all([
      verify(world, number, ben.headers),
      asBen("GET", `/api/phone-numbers/${number.id}`),
      asBen("GET", "/api/phone-numbers"),
      asBen("GET", "/api/audit?limit=200"),
      asBen("PUT", "/api/phone-numbers/webhooks", { dryRun: true }),
      ...ids.map((id) => asBen("GET", `/api/operations/${id}`)),
    ]);
    const actor = { orgId: ben.orgId, userId: "ben", role: "owner" } as const;
    const { phoneNumber: _, ...toLibrary } = await world.switchhook.api.phoneNumbers.verify(actor, number.id);
    const told = JSON.stringify([body, toLibrary, ...[...answers, ...read].map((answer) => answer.body)]);
    expect(told).toContain(number.e164);
    expect(told).not.toContain(serviceSid);
    expect(told).not.toContain(new URL(INBOUND_URL).host);
  }

  test.each([
    ["SMS", { enableSms: true }],
    ["SMS with takeover", { enableSms: true, takeover: true }],
    ["WhatsApp", { enableWhatsApp: true }],
    ["WhatsApp with takeover", { enableWhatsApp: true, takeover: true }],
  ])("its holder is refused %s, and the service stays as it is and unseen", async (_name, input) => {
    addToService(number.sid);
    addToService(number.senderSid);
    const before = world.emulator.control.snapshot();
    const refused = await assign(world, number, input, ben.headers);
    expect(refused).toMatchObject({ status: 409, body: { code: "number_shadowed", outcome: "refused" } });
    expect(refused.body).not.toHaveProperty("shadowedBy");
    expect(world.emulator.control.snapshot()).toEqual(before);
    await expectServiceHidden(refused);
  });

  test("its holder assigns calls alone, and verification says that messages go elsewhere, not where", async () => {
    addToService(number.sid);
    const service = inTwilio(world, "services", serviceSid);
    const assigned = await assign(world, number, {}, ben.headers);
    expect(assigned.status).toBe(200);
    expect(inTwilio(world, "services", serviceSid)).toEqual(service);
    const verified = await verify(world, number, ben.headers);
    expect(verified.body).toMatchObject({
      configured: true,
      effective: {
        voice: { verdict: "ours" },
        sms: { verdict: "foreign", url: "", decidedBy: null },
      },
    });
    await expectServiceHidden(assigned, verified);
  });

  test("one that joins the service later is reported as shadowed, is not put right, and gives nothing away", async () => {
    await assign(world, number, { enableSms: true }, ben.headers);
    addToService(number.sid);
    const before = world.emulator.control.snapshot();
    const configured = await asBen("POST", "/api/phone-numbers/webhooks", { phoneNumberId: number.id });
    expect(configured).toMatchObject({ status: 409, body: { code: "number_shadowed" } });
    const all = await asBen("PUT", "/api/phone-numbers/webhooks", {});
    expect(all.body.results).toMatchObject({ failed: 1, errors: [{ code: "number_shadowed" }] });
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect((await verify(world, number, ben.headers)).body).toMatchObject({
      configured: false,
      effective: { sms: { verdict: "shadowed", fix: [] } },
      messageStatus: { sms: { throughService: { verdict: "foreign", url: "", decidedBy: null } } },
      differences: [],
      fixRequest: null,
    });
    await expectServiceHidden(configured, all);
    const released = await unassign(world, number, { restore: true }, ben.headers);
    expect(released.status).toBe(200);
    await expectServiceHidden(released);
    expect(inTwilio(world, "services", serviceSid)).toMatchObject({ inbound_request_url: INBOUND_URL });
  });

  test("its holder learns that a TwiML App of the operator's takes the calls, not what it calls", async () => {
    await assign(world, number, {}, ben.headers);
    const { sid } = world.emulator.control.createApplication(ACCOUNT_SID, { voice_url: INBOUND_URL });
    world.emulator.control.updateNumber(number.sid, { voice_application_sid: sid });
    const verified = await verify(world, number, ben.headers);
    expect(verified.body.effective.voice).toMatchObject({
      verdict: "shadowed",
      url: "",
      decidedBy: { field: "voiceApplicationSid" },
      fix: [{ field: "voiceApplicationSid" }],
    });
    await expectServiceHidden(verified);
  });

  test("a dry run of its holder promises no change of the service", async () => {
    await assign(world, number, { enableSms: true }, ben.headers);
    addToService(number.sid);
    const { body } = await asBen("PUT", "/api/phone-numbers/webhooks", { dryRun: true });
    expect(body).toMatchObject({
      success: false,
      plan: [],
      results: { errors: [{ phoneNumberId: number.id, code: "number_shadowed" }] },
    });
  });

  test("the operator may take the service over, once the number is theirs again", async () => {
    addToService(number.sid);
    await takeBack(world, number);
    expect(await assign(world, number, { enableSms: true })).toMatchObject({
      status: 409,
      body: { shadowedBy: [{ resource: "service", sid: serviceSid }] },
    });
    expect((await assign(world, number, { enableSms: true, takeover: true })).status).toBe(200);
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
    expect(inTwilio(world, "services", serviceSid)).toMatchObject({ use_inbound_webhook_on_number: true });
  });

  test("a service that defers for the operator's number goes on doing so while a lent number relies on it", async () => {
    const own = await newNumber(world);
    addToService(own.sid);
    addToService(number.sid);
    await assign(world, own, { enableSms: true, takeover: true });
    expect((await assign(world, number, { enableSms: true }, ben.headers)).status).toBe(200);
    world.emulator.control.clearRequests();
    expect((await unassign(world, own, { restore: true })).status).toBe(200);
    expect(writes(world).map(({ path }) => path)).toEqual([expect.stringContaining(own.sid)]);
    expect((await verify(world, number, ben.headers)).body).toMatchObject({ configured: true });
    await expectServiceHidden();
  });
});

// What somebody changes in Twilio is noticed by a sweep, told as the policy says, and over when it is put right.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { plan } from "../support/batches.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { drifts, setPolicy, sweep } from "../support/drift.ts";
import {
  assign,
  inTwilio,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  unassign,
  urlsOf,
  verify,
  writes,
} from "../support/numbers.ts";
import { ACCOUNT_SID, addAgent, createWorld, type World } from "../support/world.ts";

const THEIRS = "https://theirs.example.com/voice";

describeEachDatabase("drift", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());
  beforeEach(() => world.emulator.control.clearRequests());

  const of = (number: TestNumber, query = "") => drifts(world, `phoneNumberId=${number.id}&${query}`);
  const change = (number: TestNumber, fields: object) =>
    world.emulator.control.updateNumber(number.sid, fields);
  const alertsOf = async (number: TestNumber, query = "state=open") =>
    (await world.request("GET", `/api/alerts?phoneNumberId=${number.id}&${query}`)).body.alerts;
  const auditOf = async (number: TestNumber) =>
    (await world.request("GET", `/api/audit?targetId=${number.id}`)).body.entries.map(
      ({ action, after }: { action: string; after: { reason?: string } | null }) =>
        `${action} ${action === "drift.end" ? after?.reason : ""}`.trim(),
    );

  async function newAssigned(input: object = {}): Promise<TestNumber> {
    const number = await newNumber(world);
    expect((await assign(world, number, input)).status).toBe(200);
    return number;
  }

  test("a number that is as it should be is found so, in a request for the whole page", async () => {
    const number = await newAssigned();
    world.emulator.control.clearRequests();
    const { state, counts } = await sweep(world);
    expect(state).toBe("completed");
    expect(counts).toMatchObject({ opened: 0, ended: 0, vanished: 0 });
    expect(await of(number)).toEqual([]);
    expect(await stored(world, number)).toMatchObject({ health: "ok" });
    expect(world.emulator.control.requests({ path: "IncomingPhoneNumbers" })).toHaveLength(1);
  });

  test("a changed URL is drift from the sweep that finds it until it is put right, and nobody is told", async () => {
    const number = await newAssigned();
    world.emulator.control.clearRequests();
    change(number, { voice_url: THEIRS });
    expect((await sweep(world)).counts).toMatchObject({ opened: 1 });
    const wanted = urlsOf("agent_456").voice;
    const fields = [{ resource: "number", sid: number.sid, field: "voiceUrl", wanted, found: THEIRS }];
    expect(await of(number, "open=true")).toMatchObject([
      { state: "open", fieldClass: "voice", verdict: "foreign", fields, alertedAt: null, endedAt: null },
    ]);
    expect(await stored(world, number)).toMatchObject({ health: "drifted", openAlerts: 0 });
    expect((await sweep(world)).counts).toMatchObject({ opened: 0 });
    change(number, { voice_url: wanted });
    expect((await sweep(world)).counts).toMatchObject({ ended: 1 });
    expect(await of(number)).toMatchObject([{ state: "ended", endReason: "gone" }]);
    expect(await stored(world, number)).toMatchObject({ health: "ok" });
    expect((await auditOf(number)).slice(0, 2)).toEqual(["drift.end gone", "drift.open"]);
    expect(writes(world)).toEqual([]);
  });

  test("with the policy alert an alert is open as long as something differs", async () => {
    const number = await newAssigned();
    await setPolicy(world, { phoneNumberId: number.id, fieldClass: "voice", policy: "alert" });
    change(number, { voice_url: THEIRS });
    await sweep(world);
    await sweep(world);
    expect(await alertsOf(number)).toMatchObject([
      { kind: "drift", count: 1, facts: { fieldClass: "voice", verdict: "foreign" } },
    ]);
    change(number, { voice_url: `${THEIRS}/2` });
    await sweep(world);
    expect(await alertsOf(number)).toMatchObject([
      { count: 2, facts: { fields: [{ found: `${THEIRS}/2` }] } },
    ]);
    await setPolicy(world, { phoneNumberId: number.id, policy: "observe", fieldClass: "voice" });
    await sweep(world);
    expect(await alertsOf(number)).toEqual([]);
    await setPolicy(world, { phoneNumberId: number.id, policy: "alert", fieldClass: "voice" });
    await sweep(world);
    expect(await alertsOf(number)).toHaveLength(1);
    await world.request("POST", "/api/phone-numbers/webhooks", { phoneNumberId: number.id });
    expect(await alertsOf(number)).toEqual([]);
    expect(await of(number)).toMatchObject([{ endReason: "changed" }]);
  });

  test("an alert ends when nobody is to know any more, also if something else differs since", async () => {
    const number = await newAssigned();
    await setPolicy(world, { phoneNumberId: number.id, fieldClass: "voice", policy: "alert" });
    change(number, { voice_url: THEIRS });
    await sweep(world);
    expect(await alertsOf(number)).toHaveLength(1);
    change(number, { voice_url: `${THEIRS}/2` });
    await setPolicy(world, { phoneNumberId: number.id, fieldClass: "voice", policy: "observe" });
    await sweep(world);
    expect(await alertsOf(number)).toEqual([]);
    expect(await of(number, "open=true")).toMatchObject([
      { fields: [{ found: `${THEIRS}/2` }], alertedAt: null },
    ]);
  });

  test("what is ignored is neither listed nor held against the number", async () => {
    const number = await newAssigned({ enableSms: true });
    change(number, { sms_url: THEIRS });
    await sweep(world);
    expect(await of(number, "open=true")).toMatchObject([{ fieldClass: "sms" }]);
    await setPolicy(world, { phoneNumberId: number.id, fieldClass: "sms", policy: "ignore" });
    await sweep(world);
    expect(await of(number)).toMatchObject([{ endReason: "ignored" }]);
    expect(await stored(world, number)).toMatchObject({ health: "ok" });
    expect((await verify(world, number)).body).toMatchObject({ configured: false });
    expect(await stored(world, number)).toMatchObject({ health: "ok" });
    change(number, { voice_url: THEIRS });
    await sweep(world);
    expect(await of(number, "open=true")).toMatchObject([{ fieldClass: "voice" }]);
    expect(await stored(world, number)).toMatchObject({ health: "drifted" });
    await unassign(world, number);
    expect(await of(number, "open=true")).toEqual([]);
    expect((await of(number))[0]).toMatchObject({ endReason: "unassigned" });
  });

  test("Messaging Services, WhatsApp senders and TwiML Apps are looked at in their lists", async () => {
    const { control } = world.emulator;
    const [inService, byApp] = [await newAssigned({ enableSms: true }), await newAssigned()];
    const whatsApp = await newWhatsAppNumber(world);
    expect((await assign(world, whatsApp, { enableWhatsApp: true })).status).toBe(200);
    await sweep(world);
    for (const number of [inService, byApp, whatsApp]) expect(await of(number, "open=true")).toEqual([]);
    const shadowed = async () => (await world.request("GET", "/api/overview")).body.shadowed;
    const shadowedBefore = await shadowed();
    newService(world, [inService.sid]);
    control.updateSender(whatsApp.senderSid, { callback_url: THEIRS });
    const app = control.createApplication(ACCOUNT_SID, { voice_url: THEIRS });
    change(byApp, { voice_application_sid: app.sid });
    await sweep(world);
    expect(await of(inService, "open=true")).toMatchObject([{ fieldClass: "sms", verdict: "shadowed" }]);
    expect(await of(whatsApp, "open=true")).toMatchObject([{ fieldClass: "whatsapp", verdict: "foreign" }]);
    expect(await of(byApp, "open=true")).toMatchObject([{ fieldClass: "voice", verdict: "shadowed" }]);
    expect(await shadowed()).toBe(shadowedBefore + 2);
    const list = (await world.request("GET", "/api/phone-numbers?verdict=shadowed")).body.phoneNumbers;
    expect(list.map(({ id }: TestNumber) => id)).toEqual(expect.arrayContaining([inService.id, byApp.id]));
    expect(list).toHaveLength(shadowedBefore + 2);
    const planned = await plan(world, { selection: { verdict: "shadowed" } });
    expect(planned).toMatchObject({ selection: { verdict: "shadowed" }, selected: list.length });
    const { effective } = (await verify(world, inService)).body;
    expect(effective.sms.verdict).toBe("shadowed");
  });

  test("a number that is gone from the account is noticed, and when it is back as well", async () => {
    const number = await newAssigned();
    const unassigned = await newNumber(world);
    const resource = inTwilio(world, "numbers", number.sid);
    for (const { sid } of [number, unassigned]) world.emulator.control.releaseNumber(sid);
    expect((await sweep(world)).counts).toMatchObject({ vanished: 2, opened: 1 });
    expect(await of(number, "open=true")).toMatchObject([{ fieldClass: "presence", fields: [] }]);
    expect(await stored(world, number)).toMatchObject({ status: "released", health: "drifted" });
    expect(await stored(world, unassigned)).toMatchObject({ status: "released", health: "unassigned" });
    world.emulator.control.clearRequests();
    await sweep(world);
    // It would be in the list again, so nobody asks for it by itself.
    expect(world.emulator.control.requests({ path: number.sid })).toEqual([]);
    expect(await of(unassigned)).toEqual([]);
    world.emulator.control.clearRequests();
    expect((await sweep(world)).counts).toMatchObject({ opened: 0, ended: 0 });
    expect(world.emulator.control.requests({ path: number.sid })).toEqual([]);
    world.emulator.control.createNumber(ACCOUNT_SID, {
      ...resource,
      phoneNumber: number.e164,
    });
    await sweep(world);
    expect(await of(number)).toMatchObject([{ fieldClass: "presence", endReason: "gone" }]);
    expect(await stored(world, number)).toMatchObject({ status: "active", health: "ok" });
  });

  test("that a number is gone is not held against it any more once that is ignored", async () => {
    const number = await newAssigned();
    world.emulator.control.releaseNumber(number.sid);
    await sweep(world);
    expect(await of(number, "open=true")).toMatchObject([{ fieldClass: "presence" }]);
    await setPolicy(world, { phoneNumberId: number.id, fieldClass: "presence", policy: "ignore" });
    await sweep(world);
    expect(await of(number, "open=true")).toEqual([]);
  });

  test("what a sweep may not read ends no drift, and is told of again as soon as it may", async () => {
    const { control } = world.emulator;
    const [whole, taken] = [await newAssigned({ enableSms: true }), await newAssigned({ enableSms: true })];
    newService(world, [taken.sid]);
    // Twilio may answer so for a service that has had no channel sender.
    control.addFault({ path: "ChannelSenders", times: 100, effect: { kind: "error", status: 404 } });
    await sweep(world);
    expect(await stored(world, whole)).toMatchObject({ health: "ok" });
    expect(await of(taken)).toMatchObject([{ state: "open", fieldClass: "sms" }]);
    control.addFault({ path: "/v1/Services", times: 100, effect: { kind: "error", status: 403 } });
    await sweep(world);
    expect(await stored(world, whole)).toMatchObject({ health: "unverified" });
    expect(await stored(world, taken)).toMatchObject({ health: "drifted" });
    await verify(world, taken);
    expect(await of(taken)).toMatchObject([{ state: "open" }]);
    control.clearFaults();
    await sweep(world);
    expect(await stored(world, whole)).toMatchObject({ health: "ok" });
    expect(await of(taken)).toMatchObject([{ state: "open" }]);
  });

  test("an account that cannot be read raises an alert until it can", async () => {
    const path = `/api/twilio-accounts/${world.accountId}/sweep`;
    const effect = { kind: "error", status: 500 } as const;
    world.emulator.control.addFault({ path: "IncomingPhoneNumbers", times: 100, effect });
    expect(await world.request("POST", path)).toMatchObject({
      status: 502,
      body: { code: "twilio_unavailable" },
    });
    const alerts = async () => (await world.request("GET", "/api/alerts?kind=sweep_failed")).body.alerts;
    expect(await alerts()).toMatchObject([{ state: "open" }]);
    expect((await world.request("GET", path)).body).toMatchObject({ state: "failed" });
    world.emulator.control.clearFaults();
    await sweep(world);
    expect(await alerts()).toMatchObject([{ state: "resolved" }]);
    expect((await world.request("GET", path)).body).toMatchObject({ state: "completed", failure: null });
  });
});

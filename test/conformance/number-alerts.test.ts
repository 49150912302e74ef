// A webhook that really fails, from Twilio's side of it to the number's page.
import { afterAll, beforeAll, expect, test } from "vitest";
import { settableClock } from "../support/clock.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { allocate, assign, newNumber, takeBack, unassign } from "../support/numbers.ts";
import { signUp } from "../support/people.ts";
import { addAgent, createWorld, PUBLIC_URL, type World } from "../support/world.ts";

const CALLER = "+14155559999";

describeEachDatabase("a number whose webhooks fail", (database) => {
  let world: World;
  const clock = settableClock();
  beforeAll(async () => {
    world = await createWorld({
      database,
      emulator: { allowLocalhostUrls: true, now: () => clock.now().getTime() },
      // Nobody listens there.
      switchhook: { publicUrl: "http://127.0.0.1:1", trustedOrigins: [PUBLIC_URL], clock },
    });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  const get = async (path: string, headers?: Readonly<Record<string, string>>) =>
    (await world.request("GET", path, undefined, headers)).body;

  test("has an alert for each of Twilio's errors, and says how many are open", async () => {
    const [number, other] = [await newNumber(world), await newNumber(world)];
    await assign(world, number, { enableSms: true });
    expect(await get(`/api/phone-numbers/${number.id}`)).toMatchObject({ openAlerts: 0 });
    await world.emulator.control.placeCall({ from: CALLER, to: number.e164 });
    await world.emulator.control.receiveMessage({ from: CALLER, to: number.e164, body: "Hello" });
    await world.switchhook.api.alerts.pullFromTwilio();
    expect(await get(`/api/phone-numbers/${number.id}`)).toMatchObject({ openAlerts: 1 });
    const { alerts } = await get(`/api/alerts?phoneNumberId=${number.id}&state=open`);
    expect(alerts).toMatchObject([
      {
        kind: "twilio_alert",
        phoneNumber: { id: number.id, phoneNumber: number.e164 },
        facts: { twilioErrorCode: 11205, url: expect.stringContaining("http://127.0.0.1:1/api/twilio/") },
      },
    ]);
    expect(alerts[0].count).toBeGreaterThan(1);
    expect((await get(`/api/alerts?phoneNumberId=${other.id}`)).alerts).toEqual([]);
  });

  test("keeps its alerts from whoever holds it next", async () => {
    const number = await newNumber(world);
    const [ana, ben] = [await signUp(world, "Ana"), await signUp(world, "Ben")];
    clock.advance(1_000);
    await allocate(world, number, ana.orgId);
    await world.request("POST", "/api/agents", { id: "agent_456", name: "Ana's" }, ana.headers);
    await assign(world, number, {}, ana.headers);
    clock.advance(1_000);
    await world.emulator.control.placeCall({ from: CALLER, to: number.e164 });
    await world.switchhook.api.alerts.pullFromTwilio();
    const theirs = `/api/alerts?phoneNumberId=${number.id}`;
    expect((await get(theirs, ana.headers)).alerts).toMatchObject([{ state: "open" }]);
    expect((await get(theirs)).alerts).toEqual([]);
    expect((await get("/api/alerts", ben.headers)).alerts).toEqual([]);
    await unassign(world, number, {}, ana.headers);
    await takeBack(world, number);
    expect((await get("/api/alerts", ana.headers)).alerts).toMatchObject([{ state: "resolved" }]);
    expect(await get(`/api/phone-numbers/${number.id}`)).toMatchObject({ openAlerts: 0 });
    await allocate(world, number, ben.orgId);
    expect((await get("/api/alerts", ben.headers)).alerts).toEqual([]);
  });
});

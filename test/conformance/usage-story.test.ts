// A call from Twilio's callback to the meter, through everything in between, by way of the library.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { type EventEndpoint, startEventEndpoint } from "../support/event-endpoint.ts";
import { assign, newNumber } from "../support/numbers.ts";
import { callTo, createServedWorld, endOfCallTo, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";

describeEachDatabase("a call that has ended", (database) => {
  let world: ServedWorld;
  let meter: EventEndpoint;
  let owner: Actor;
  beforeAll(async () => {
    meter = await startEventEndpoint();
    world = await createServedWorld(database, { allowedPrivateHosts: [meter.host] });
    owner = { orgId: world.switchhook.defaultOrganizationId, userId: "user_1", role: "owner" };
    await addAgent(world, "agent_456");
  });
  afterAll(async () => {
    await world.close();
    await meter.close();
  });

  test("is charged, rated, reported, exported and sent to the meter", async () => {
    const { usage } = world.switchhook.api;
    const number = await newNumber(world);
    await assign(world, number);
    const rate = { kind: "voice", direction: "inbound", unit: "minute", amount: "0.015" } as const;
    await usage.replaceRates(owner, { currency: "USD", effectiveFrom: "2026-01-01", rates: [rate] });
    await usage.putSink(owner, { url: meter.url, headers: { Authorization: "Bearer of the meter" } });

    for (const params of [callTo(number), endOfCallTo(number)]) {
      expect((await world.postSigned("/api/twilio/status", params)).status).toBe(204);
    }
    await usage.deliver();

    const { CallSid: sid } = callTo(number);
    const charge = {
      sid,
      type: "charge",
      phoneNumberId: number.id,
      chatbotId: "agent_456",
      seconds: 10,
      minutes: 1,
    };
    expect(meter.batches).toMatchObject([
      { headers: { authorization: "Bearer of the meter" }, events: [{ subject: "agent_456", data: charge }] },
    ]);
    const day = String(meter.batches[0]?.events[0].data.day);
    const { rows, totals } = await usage.report(owner, {
      from: day,
      to: day,
      groupBy: ["number"],
      limit: 10,
    });
    expect(rows).toMatchObject([{ phoneNumberId: number.id, minutes: 1 }]);
    expect(totals.cost).toEqual({ amount: "0.015", currency: "USD" });
    const lines: string[] = [];
    for await (const part of usage.export(owner, { from: day, to: day, format: "ndjson" })) lines.push(part);
    expect(JSON.parse(lines.join(""))).toEqual(meter.batches[0]?.events[0].data);
    expect(await usage.showSink(owner)).toMatchObject({ undelivered: 0, headerNames: ["Authorization"] });
  });
});

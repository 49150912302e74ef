// Whoever has a number lent spends the operator's money, and not without a limit.
import { afterAll, beforeAll, expect, test } from "vitest";
import { settableClock } from "../support/clock.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { call, newAssignedNumber, outgoing, send, withKey } from "../support/sending.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

describeEachDatabase("sending more than may be sent", (database) => {
  const clock = settableClock(new Date("2026-01-10T12:00:00Z"));
  let world: World;
  beforeAll(async () => {
    const sendingLimits = { numberPerMinute: 2, organizationPerMinute: 3 };
    world = await createWorld({ database, switchhook: { clock, sendingLimits } });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  test("is refused until the time that the answer says, and reaches nobody", async () => {
    const number = await newAssignedNumber(world);
    expect((await send(world, number)).status).toBe(201);
    expect((await call(world, number)).status).toBe(201);
    const refused = await send(world, number, {}, withKey(`again_${number.id}`));
    expect(refused).toMatchObject({
      status: 429,
      body: {
        code: "sending_rate_limited",
        detail: expect.stringContaining("2 messages and calls a minute, an organization 3"),
      },
    });
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(outgoing(world, "messages", number)).toHaveLength(1);
    expect((await call(world, number)).status).toBe(429);
    clock.advance(30_000);
    expect((await send(world, number, {}, withKey(`again_${number.id}`))).status).toBe(201);
    expect(outgoing(world, "messages", number)).toHaveLength(2);
  });

  test("counts all numbers of an organization, and not what cannot be sent", async () => {
    clock.advance(60_000);
    const [one, other] = [await newAssignedNumber(world), await newAssignedNumber(world)];
    expect((await send(world, { id: "nobody" })).status).toBe(404);
    expect((await send(world, one)).status).toBe(201);
    expect((await send(world, one)).status).toBe(201);
    expect((await send(world, other)).status).toBe(201);
    expect((await send(world, other)).status).toBe(429);
  });
});

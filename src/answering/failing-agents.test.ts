import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import { listAlertPage } from "../alerts/alert-list.ts";
import { answeringAlerts, endQuietAnsweringAlerts } from "../alerts/answering-alerts.ts";
import type { Actor } from "../auth/actor.ts";
import { type TestClock, testClock } from "../base/clock.testing.ts";
import { DAY_MS, MINUTE_MS } from "../base/durations.ts";
import { createLogger } from "../base/log.ts";
import { createMetrics } from "../base/metrics.ts";
import type { Database } from "../db/connect.ts";
import { failure } from "./agent-failure.ts";
import { FailingAgents, STEADY_MS } from "./failing-agents.ts";
import { type Route, STAND_IN } from "./route.ts";

const TIMED_OUT = failure("timeout", "The answer was not complete within 5000 ms.");

describeEachDatabase("agents that fail", (kind) => {
  let database: Database;
  let clock: TestClock;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  beforeEach(async () => {
    clock = testClock();
    await database.db.deleteFrom("alert").execute();
  });
  afterAll(() => database.close());

  const deps = () => ({ db: database.db, clock });
  const newNode = (alerts = answeringAlerts(deps())) =>
    new FailingAgents({ clock, log: createLogger("silent"), metrics: createMetrics(), ...alerts });
  const routeOf = (agentId: string): Route => ({
    ...STAND_IN,
    orgId: "org_1",
    operatorOrgId: "org_1",
    agentId,
    phoneNumberId: "phone_1",
    phoneNumberUid: "uid",
    e164: "+14155550100",
  });
  const actor: Actor = { orgId: "org_1", userId: "user_1", role: "member" };
  const alerts = async () => (await listAlertPage(database, actor, { limit: 10 })).rows;

  test("are told of once each, for calls and for messages, however many nodes see it", async () => {
    for (const node of [newNode(), newNode()]) {
      for (const agentId of ["agent_1", "agent_2"]) {
        for (let failures = 0; failures < 20; failures++) {
          node.failed(routeOf(agentId), "call", "CA1", TIMED_OUT);
          node.failed(routeOf(agentId), "message", "SM1", TIMED_OUT);
        }
      }
    }
    const keys = ["call:agent_1", "call:agent_2", "message:agent_1", "message:agent_2"];
    await expect
      .poll(async () => (await alerts()).map(({ key, count }) => `${key} ${count}`).toSorted())
      .toEqual(keys.map((key) => `agent_failing:${key} 2`));
  });

  test("now and then are told of once, and not each time that they answer", async () => {
    const node = newNode();
    for (let minutes = 0; minutes < 60; minutes += 5) {
      node.failed(routeOf("agent_1"), "call", "CA1", TIMED_OUT);
      clock.advance(4 * MINUTE_MS);
      node.answered(routeOf("agent_1"), "call");
      clock.advance(MINUTE_MS);
    }
    await expect.poll(alerts).toMatchObject([{ resolvedAt: undefined, count: 12 }]);
  });

  test("because we gave up are not told of", async () => {
    const told: unknown[] = [];
    const node = newNode({
      ...answeringAlerts(deps()),
      tellOfFailure: async (failing) => void told.push(failing),
    });
    node.failed(routeOf("agent_1"), "call", "CA1", failure("given_up", "The endpoint was not waited for."));
    node.failed(routeOf("agent_2"), "call", "CA2", TIMED_OUT);
    expect(told).toMatchObject([{ agentId: "agent_2" }]);
  });

  test("while the database is down are told of when it is back", async () => {
    let isDown = true;
    const { tellOfFailure, ...others } = answeringAlerts(deps());
    const node = newNode({
      ...others,
      tellOfFailure: async (failing) => {
        if (isDown) throw new Error("The database does not answer");
        await tellOfFailure(failing);
      },
    });
    node.failed(routeOf("agent_1"), "call", "CA1", TIMED_OUT);
    isDown = false;
    await expect
      .poll(async () => {
        node.failed(routeOf("agent_1"), "call", "CA1", TIMED_OUT);
        return alerts();
      })
      .toHaveLength(1);
  });

  test("and are not asked any more are over after a day", async () => {
    newNode().failed(routeOf("agent_1"), "call", "CA1", TIMED_OUT);
    await expect.poll(alerts).toHaveLength(1);
    clock.advance(DAY_MS);
    await endQuietAnsweringAlerts(deps());
    expect(await alerts()).toMatchObject([{ resolvedAt: undefined }]);
    clock.advance(STEADY_MS);
    await endQuietAnsweringAlerts(deps());
    expect(await alerts()).toMatchObject([{ resolvedAt: clock.now() }]);
  });
});

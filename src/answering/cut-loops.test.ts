import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import { listAlertPage } from "../alerts/alert-list.ts";
import { clearQuietReplyLoops, raiseReplyLoop } from "../alerts/reply-loop-alert.ts";
import type { Actor } from "../auth/actor.ts";
import { type TestClock, testClock } from "../base/clock.testing.ts";
import { DAY_MS, MINUTE_MS } from "../base/durations.ts";
import { createLogger } from "../base/log.ts";
import type { Database } from "../db/connect.ts";
import { ACCOUNT, freshSid, OURS, seedNumber, THEIRS } from "../traffic/traffic.testing.ts";
import { CutLoops } from "./cut-loops.ts";
import { inboundMessage } from "./inbound-message.ts";
import { type Route, STAND_IN } from "./route.ts";

describeEachDatabase("loops that are cut", (kind) => {
  let database: Database;
  let clock: TestClock;
  let route: Route;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await seedNumber(database.db);
    const { uid } = await database.db.selectFrom("phone_number").select("uid").executeTakeFirstOrThrow();
    const number = { phoneNumberId: "phone_1", phoneNumberUid: uid, e164: OURS, agentId: "agent_of_org_1" };
    route = { ...STAND_IN, ...number, orgId: "org_1", operatorOrgId: "org_1" };
  });
  beforeEach(async () => {
    clock = testClock();
    await database.db.deleteFrom("alert").execute();
  });
  afterAll(() => database.close());

  const deps = () => ({ db: database.db, clock });
  const newNode = () =>
    new CutLoops({
      clock,
      log: createLogger("silent"),
      tellOfLoop: (loop) => raiseReplyLoop(deps(), loop),
    });

  function note(node: CutLoops) {
    const params = { AccountSid: ACCOUNT, MessageSid: freshSid("SM"), From: THEIRS, To: OURS, Body: "Hi" };
    const message = inboundMessage(params);
    if (message) node.note(route, message);
  }

  async function alerts() {
    const actor: Actor = { orgId: "org_1", userId: "user_1", role: "member" };
    return (await listAlertPage(database, actor, { limit: 10 })).rows;
  }

  test("are told of once, however many messages and nodes there are, and counted by the minute", async () => {
    const nodes = [newNode(), newNode()];
    for (let minute = 0; minute < 3; minute++) {
      for (let message = 0; message < 20; message++) for (const node of nodes) note(node);
      clock.advance(MINUTE_MS + 1);
    }
    await expect.poll(async () => (await alerts())[0]?.count).toBe(6);
    const uid = route.phoneNumberUid;
    expect(await alerts()).toMatchObject([
      { kind: "reply_loop", key: `reply_loop:${uid}`, phoneNumber: { e164: OURS }, resolvedAt: undefined },
    ]);
  });

  test("are over for whoever was told once none was cut for a day", async () => {
    note(newNode());
    await expect.poll(alerts).toHaveLength(1);
    clock.advance(DAY_MS);
    await clearQuietReplyLoops(deps());
    expect(await alerts()).toMatchObject([{ resolvedAt: undefined }]);
    clock.advance(1_000);
    await clearQuietReplyLoops(deps());
    expect(await alerts()).toMatchObject([{ resolvedAt: clock.now() }]);
  });
});

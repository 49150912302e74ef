// What answering leaves in the database, beside the answer and without making anybody wait for it.
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import { answeringAlerts } from "../alerts/answering-alerts.ts";
import { type TestClock, testClock } from "../base/clock.testing.ts";
import { createLogger } from "../base/log.ts";
import { createMetrics, type Metrics } from "../base/metrics.ts";
import type { Database } from "../db/connect.ts";
import { OutboundClient } from "../outbound/outbound-client.ts";
import { ACCOUNT, entriesOf, freshSid, OURS, seedNumber, THEIRS } from "../traffic/traffic.testing.ts";
import { type RecorderLimits, TrafficRecorder } from "../traffic/traffic-recorder.ts";
import type { AnsweringDeps } from "./answering-deps.ts";
import { DEFAULT_LIMITS } from "./answering-limits.ts";
import { createAnsweringState } from "./answering-state.ts";
import { answerCall } from "./call-answering.ts";
import { markDrifted } from "./drift-store.ts";
import { inboundMessage } from "./inbound-message.ts";
import { claimLateReply } from "./late-reply-store.ts";
import { answerMessage } from "./message-answering.ts";
import type { Route } from "./route.ts";
import { waitingCall } from "./waiting-call.ts";

const log = createLogger("silent");
const GREETING = '<Say language="en-US">Hello</Say>';

describeEachDatabase("answering", (kind) => {
  let database: Database;
  let uid: string;
  let clock: TestClock;
  let metrics: Metrics;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await seedNumber(database.db);
    const number = await database.db.selectFrom("phone_number").select("uid").executeTakeFirstOrThrow();
    uid = number.uid;
  });
  beforeEach(() => {
    clock = testClock();
    metrics = createMetrics();
  });
  afterAll(() => database.close());

  const route = (): Route => ({
    orgId: "org_1",
    operatorOrgId: "org_1",
    phoneNumberId: "phone_1",
    phoneNumberUid: uid,
    e164: OURS,
    agentId: "agent_of_org_1",
    voice: { kind: "say", text: "Hello", language: "en-US" },
    messaging: { kind: "reply", text: "Hi" },
    webhookSecrets: undefined,
  });

  function answering(found: Route | undefined, limits?: Partial<RecorderLimits>) {
    const { db, planned } = database;
    const recorder = new TrafficRecorder({ planned, clock, log, metrics }, limits);
    const deps: AnsweringDeps = {
      db,
      clock,
      log,
      metrics,
      recorder,
      signingKeys: { tokensOf: () => [] },
      publicUrl: "https://s.example.com",
      acceptedUrls: { now: () => ["https://s.example.com"] },
      signatures: "enforce",
      outbound: new OutboundClient({ allowedPrivateHosts: [], clock }),
      routingTable: { find: () => found },
      sendReply: async () => "sent",
      answeringLimits: DEFAULT_LIMITS,
      answering: createAnsweringState(
        { db, clock, log, metrics, ...answeringAlerts({ db, clock }) },
        DEFAULT_LIMITS,
      ),
    };
    return { deps, recorder };
  }

  async function callIn(deps: AnsweringDeps, params: Record<string, string> = {}) {
    const sid = freshSid("CA");
    const call = waitingCall({
      AccountSid: ACCOUNT,
      CallSid: sid,
      From: THEIRS,
      To: OURS,
      CallStatus: "ringing",
      ...params,
    });
    if (!call) throw new Error("No call");
    const webhook = {
      call,
      attempt: "first",
      rawBody: "",
      idempotencyToken: "",
      namedAgentId: undefined,
    } as const;
    return { sid, ...(await answerCall(deps, webhook)) };
  }

  const callRow = (sid: string) =>
    database.db.selectFrom("call").selectAll().where("sid", "=", sid).executeTakeFirst();

  async function messageIn(deps: AnsweringDeps, params: Record<string, string> = {}) {
    const sid = freshSid("SM");
    const message = inboundMessage({
      AccountSid: ACCOUNT,
      MessageSid: sid,
      From: THEIRS,
      To: OURS,
      Body: "?",
      ...params,
    });
    if (!message) throw new Error("No message");
    return { sid, twiml: await answerMessage(deps, message, undefined) };
  }

  describe("a call", () => {
    test("is in the list as soon as it rings, as the agent's that answers it", async () => {
      const { deps, recorder } = answering(route());
      const { sid, twiml } = await callIn(deps);
      expect(twiml).toContain(GREETING);
      await recorder.drain();
      expect(await callRow(sid)).toMatchObject({
        org_id: "org_1",
        phone_number_id: "phone_1",
        agent_id: "agent_of_org_1",
        direction: "inbound",
        status: "ringing",
        from_address: THEIRS,
        to_address: OURS,
      });
    });

    test("that no agent answers is its number's holder's all the same", async () => {
      const { deps, recorder } = answering(undefined);
      const { sid, twiml } = await callIn(deps);
      expect(twiml).toContain("<Reject");
      await recorder.drain();
      expect(await callRow(sid)).toMatchObject({ org_id: "org_1", phone_number_id: "phone_1" });
    });

    test("that we have placed is not taken for one that came in", async () => {
      const { deps, recorder } = answering(route());
      const { sid } = await callIn(deps, { Direction: "outbound-api", From: OURS, To: THEIRS });
      await recorder.drain();
      expect(await callRow(sid)).toBeUndefined();
    });

    test("is answered when it cannot be stored, which is counted", async () => {
      const { deps } = answering(route(), { maxWaiting: 0 });
      const { sid, twiml } = await callIn(deps);
      expect(twiml).toContain(GREETING);
      expect(await callRow(sid)).toBeUndefined();
      expect((await metrics.unrecorded.get()).values).toMatchObject([{ labels: { kind: "call" }, value: 1 }]);
    });
  });

  describe("a message", () => {
    test("is charged once, however often its webhook comes", async () => {
      const { deps, recorder } = answering(route());
      const { sid, twiml } = await messageIn(deps, { NumSegments: "3" });
      expect(twiml).toContain("<Body>Hi</Body>");
      await messageIn(deps, { MessageSid: sid, NumSegments: "3" });
      await recorder.drain();
      expect(await entriesOf(database.db, sid)).toMatchObject([
        { kind: "sms", count: 1, segments: 3, org_id: "org_1", agent_id: "agent_of_org_1" },
      ]);
    });

    test("with counts that are none is stored without them", async () => {
      const { deps, recorder } = answering(route());
      const { sid } = await messageIn(deps, { NumSegments: "abc", NumMedia: "9".repeat(30) });
      await recorder.drain();
      const row = await database.db
        .selectFrom("message")
        .selectAll()
        .where("sid", "=", sid)
        .executeTakeFirst();
      expect(row).toMatchObject({ channel: "sms", segments: null, media_count: null, status: "received" });
    });

    test("is replied to when it cannot be stored", async () => {
      const { deps } = answering(route(), { maxWaiting: 0 });
      expect((await messageIn(deps)).twiml).toContain("<Body>Hi</Body>");
      expect((await metrics.unrecorded.get()).values).toMatchObject([
        { labels: { kind: "message" }, value: 1 },
      ]);
    });
  });

  describe("a late reply", () => {
    test("is claimed by one node of several", async () => {
      const message = { accountSid: ACCOUNT, sid: freshSid("SM") };
      const claims = await Promise.all(
        Array.from({ length: 5 }, () => claimLateReply(database.db, message, clock.now())),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await claimLateReply(database.db, message, clock.now())).toBe(false);
    });

    test("of another account is another one", async () => {
      const sid = freshSid("SM");
      expect(await claimLateReply(database.db, { accountSid: ACCOUNT, sid }, clock.now())).toBe(true);
      expect(await claimLateReply(database.db, { accountSid: "AC2", sid }, clock.now())).toBe(true);
    });
  });

  describe("a stale URL", () => {
    const setHealth = (health: string) => database.db.updateTable("phone_number").set({ health }).execute();
    const health = async () =>
      (await database.db.selectFrom("phone_number").select("health").executeTakeFirstOrThrow()).health;

    test("marks a number that was thought to be fine", async () => {
      await setHealth("ok");
      await markDrifted(database.db, route());
      expect(await health()).toBe("drifted");
    });

    test.each(["needs_attention", "unverified", "unassigned"])("changes nothing about %s", async (before) => {
      await setHealth(before);
      await markDrifted(database.db, route());
      expect(await health()).toBe(before);
    });

    test("changes nothing once the number has another agent", async () => {
      await setHealth("ok");
      await markDrifted(database.db, { ...route(), agentId: "agent_before" });
      expect(await health()).toBe("ok");
    });

    test("changes nothing while an operation is open", async () => {
      await setHealth("ok");
      await sql`insert into operation (id, org_id, phone_number_uid, kind, state, phase, intent, previous, actor,
          request_id, lease_until, created_at, updated_at)
        values ('op_1', 'org_1', ${uid}, 'assign', 'open', 'started', '{}', '{}', '{}', '', now(), now(), now())`.execute(
        database.db,
      );
      await markDrifted(database.db, route());
      expect(await health()).toBe("ok");
    });

    test("is written once a minute, and counted each time", async () => {
      const { deps } = answering(route());
      const note = () => deps.answering.staleUrls.note(route(), "agent_before");
      await sql`delete from operation`.execute(database.db);
      await setHealth("ok");
      note();
      await expect.poll(health).toBe("drifted");
      await setHealth("ok");
      note();
      clock.advance(60_001);
      expect(await health()).toBe("ok");
      note();
      await expect.poll(health).toBe("drifted");
      expect((await metrics.staleUrls.get()).values[0]?.value).toBe(3);
    });
  });
});

// Usage on its way to an HTTP endpoint of an organization's own, which may fail in every way.
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { UNFORESEEN } from "../../src/base/errors.ts";
import { createVault } from "../../src/base/vault.ts";
import { parseAllowedHosts } from "../../src/outbound/address-policy.ts";
import { OutboundClient } from "../../src/outbound/outbound-client.ts";
import { resealReceivers } from "../../src/receivers/receiver-service.ts";
import { freshSid } from "../../src/traffic/traffic.testing.ts";
import { deliverUsage } from "../../src/usage/sink-delivery.ts";
import {
  corrected,
  endedCall,
  newTenant,
  openUsageApp,
  sentMessage,
  type Tenant,
  type UsageApp,
} from "../../src/usage/usage.testing.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { type EventEndpoint, startEventEndpoint } from "../support/event-endpoint.ts";
import { SECRET } from "../support/world.ts";

const TOKEN = "Bearer a-made-up-token-of-a-meter";
const HOUR_MS = 3_600_000;

describeEachDatabase("the sink", (database) => {
  let app: UsageApp;
  let endpoint: EventEndpoint;
  let outbound: OutboundClient;
  const lines: string[] = [];
  const log = pino({ level: "trace", base: undefined }, { write: (line: string) => void lines.push(line) });
  beforeAll(async () => {
    endpoint = await startEventEndpoint();
    const allowedPrivateHosts = [endpoint.host];
    app = await openUsageApp(database, { log, allowedPrivateHosts: parseAllowedHosts(allowedPrivateHosts) });
    outbound = new OutboundClient({ allowedPrivateHosts, clock: app.clock, log });
  });
  beforeEach(() => endpoint.reset());
  afterAll(async () => {
    await outbound.close();
    await app.close();
    await endpoint.close();
  });

  const deliver = () => deliverUsage({ ...app.deps, outbound });
  const put = (tenant: Tenant, body: object = { url: endpoint.url, headers: { Authorization: TOKEN } }) =>
    app.request("PUT", "/api/usage/sink", body, tenant.headers);
  const show = async (tenant: Tenant) =>
    (await app.request("GET", "/api/usage/sink", undefined, tenant.headers)).body.sink;
  const remove = (tenant: Tenant) => app.request("DELETE", "/api/usage/sink", undefined, tenant.headers);

  async function tenantWithSink(): Promise<Tenant> {
    const tenant = newTenant();
    expect((await put(tenant)).status).toBe(200);
    return tenant;
  }

  test("gets every charge and correction as it is recorded, once and in order", async () => {
    const early = newTenant();
    await app.record(endedCall(1, early));
    await put(early);
    const sid = freshSid("CA");
    await app.record(
      endedCall(59, { ...early, sid }),
      corrected(endedCall(61, { ...early, sid })),
      sentMessage("sms", 2, { ...early, agentId: undefined, direction: "outbound" }),
    );
    await deliver();
    await deliver();
    expect(endpoint.batches).toHaveLength(1);
    const [batch] = endpoint.batches;
    expect(batch?.headers).toMatchObject({
      "content-type": "application/cloudevents-batch+json",
      authorization: TOKEN,
    });
    const source = expect.stringMatching(new RegExp(`^urn:uuid:[0-9a-f-]{36}#${early.orgId}$`));
    expect(batch?.events).toMatchObject([
      { source, subject: "agent_1", data: { sid, type: "charge", minutes: 1 } },
      { source, data: { sid, type: "correction", seconds: 2, minutes: 1 } },
      { source, subject: "phone_1", data: { kind: "sms", segments: 2 } },
    ]);
    const exported = await app.request(
      "GET",
      "/api/usage/export?from=2026-03-01&to=2026-03-31&format=ndjson",
      undefined,
      early.headers,
    );
    const shown = exported.body
      .trim()
      .split("\n")
      .map((line: string) => JSON.parse(line));
    expect(shown.slice(1)).toEqual(batch?.events.map(({ data }) => data));
  });

  test.each([
    ["answers 500", (to: EventEndpoint) => to.answer(500), "It answered 500."],
    ["answers 401", (to: EventEndpoint) => to.answer(401), "It answered 401."],
    ["redirects", (to: EventEndpoint) => to.answer(307, { location: "/elsewhere" }), "It redirects."],
    ["hangs up after it has read everything", (to: EventEndpoint) => to.hangUp(), "closed the connection"],
  ] as const)("that %s gets the same events again, and nothing is lost", async (_how, fail, said) => {
    const tenant = await tenantWithSink();
    await app.record(endedCall(1, tenant), endedCall(2, tenant));
    fail(endpoint);
    await deliver();
    expect(await show(tenant)).toMatchObject({
      undelivered: 2,
      failures: 1,
      lastFailure: expect.stringContaining(said),
    });
    endpoint.answer(204);
    await deliver();
    expect(endpoint.batches, "it is left alone for a while").toHaveLength(1);
    await app.record(endedCall(3, tenant));
    app.clock.advance(HOUR_MS);
    await deliver();
    const [first, second] = endpoint.batches.map(({ events }) => events);
    expect(second?.slice(0, 2)).toEqual(first);
    expect(second?.map(({ data }) => data.seconds)).toEqual([1, 2, 3]);
    expect(await show(tenant)).toMatchObject({
      undelivered: 0,
      failures: 0,
      lastFailure: null,
      nextAttemptAt: null,
    });
  });

  test("knows an event again when it comes a second time from another public URL", async () => {
    const tenant = await tenantWithSink();
    await app.record(endedCall(1, tenant));
    endpoint.hangUp();
    await deliver();
    endpoint.answer(204);
    app.clock.advance(HOUR_MS);
    const moved = { publicUrl: "https://moved.example.com" };
    await deliverUsage({ ...app.deps, outbound, ...moved });
    const [first, second] = endpoint.batches.map(({ events }) => events);
    expect(second).toEqual(first);
  });

  test("that keeps failing is tried more and more rarely, but once an hour at least; a changed address at once", async () => {
    const tenant = await tenantWithSink();
    await app.record(endedCall(1, tenant));
    endpoint.answer(503);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      await deliver();
      const { nextAttemptAt } = await show(tenant);
      const waitMs = Date.parse(nextAttemptAt) - app.clock.now().getTime();
      waits.push(waitMs);
      app.clock.advance(waitMs);
    }
    expect(waits).toEqual(
      [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600].map((seconds) => seconds * 1_000),
    );
    await deliver();
    endpoint.answer(200);
    app.clock.advance(1);
    await put(tenant);
    await deliver();
    expect(await show(tenant)).toMatchObject({ undelivered: 0, failures: 0 });
    const ids = endpoint.batches.map(({ events }) => events.map(({ id }) => id).join());
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(11);
  });

  /** Calls of 1, 2, 3 … seconds, all of which wait for the sink. */
  async function seedBacklog(tenant: Tenant, calls: number): Promise<void> {
    await sql`
      with entry as (
        insert into usage_entry (org_id, account_sid, sid, kind, revision, direction, phone_number_id, agent_id,
          began_at, day, count, seconds, segments, is_provisional, recorded_at)
        select ${tenant.orgId}, 'AC1', 'CA' || n || ${tenant.orgId}, 'voice', 0, 'inbound', 'phone_1', 'agent_1',
          timestamptz '2026-03-01', date '2026-03-01', 1, n, 0, false, timestamptz '2026-03-01'
        from generate_series(1, ${calls}::int) as n
        returning id, org_id
      )
      insert into usage_outbox (entry_id, org_id) select id, org_id from entry`.execute(app.db);
  }

  test("that is replaced during a backlog gets the rest of it, and the earlier one nothing more", async () => {
    const tenant = await tenantWithSink();
    await seedBacklog(tenant, 501);
    const later = "Bearer a-made-up-token-of-the-later-meter";
    endpoint.beforeAnswer(async () => {
      await put(tenant, { url: endpoint.url, headers: { Authorization: later } });
    });
    await deliver();
    const told = endpoint.batches.map(({ events, headers }) => [events.length, headers.authorization]);
    expect(told).toEqual([
      [500, TOKEN],
      [1, later],
    ]);
  });

  test("gets a backlog in batches of 500, the oldest first", async () => {
    const tenant = await tenantWithSink();
    await seedBacklog(tenant, 1_201);
    await deliver();
    expect(endpoint.batches.map(({ events }) => events.length)).toEqual([500, 500, 201]);
    const seconds = endpoint.batches.flatMap(({ events }) => events.map(({ data }) => data.seconds));
    expect(seconds).toEqual(Array.from({ length: 1_201 }, (_, index) => index + 1));
    expect((await show(tenant)).undelivered).toBe(0);
  });

  test("keeps what is recorded while a batch is on its way for the next one", async () => {
    const tenant = await tenantWithSink();
    await app.record(endedCall(1, tenant));
    endpoint.beforeAnswer(() => app.record(endedCall(2, tenant)));
    await deliver();
    expect((await show(tenant)).undelivered).toBe(1);
    await deliver();
    expect(endpoint.batches.map(({ events }) => events.map(({ data }) => data.seconds))).toEqual([[1], [2]]);
  });

  test("of one organization gets nothing of another's, and does not make it wait", async () => {
    const [tenant, other, none] = [await tenantWithSink(), await tenantWithSink(), newTenant()];
    await put(tenant, { url: "https://127.0.0.1:1/nobody-listens" }).then(({ status }) =>
      expect(status).toBe(400),
    );
    await app.record(endedCall(1, tenant), endedCall(2, other), endedCall(3, none));
    endpoint.answerOnce(500);
    await deliver();
    app.clock.advance(HOUR_MS);
    await deliver();
    for (const { events } of endpoint.batches) {
      expect(new Set(events.map(({ source }) => source)).size).toBe(1);
    }
    const seconds = endpoint.batches.flatMap(({ events }) => events.map(({ data }) => data.seconds));
    expect(new Set(seconds)).toEqual(new Set([1, 2]));
    expect(await show(none)).toBeNull();
  });

  test("that is taken away gets nothing more, and a later one nothing of before", async () => {
    const tenant = await tenantWithSink();
    await app.record(endedCall(1, tenant), endedCall(2, tenant));
    expect((await remove(tenant)).body).toEqual({ success: true, undelivered: 2 });
    expect((await remove(tenant)).body).toEqual({ success: true, undelivered: 0 });
    await app.record(endedCall(3, tenant));
    await put(tenant);
    await app.record(endedCall(4, tenant));
    await deliver();
    expect(endpoint.batches.flatMap(({ events }) => events.map(({ data }) => data.seconds))).toEqual([4]);
  });

  test("never shows its headers' values: not in answers, the audit log, the database or our log", async () => {
    const tenant = await tenantWithSink();
    await app.record(endedCall(1, tenant));
    endpoint.answer(401);
    await deliver();
    await put(tenant);
    const answers = await Promise.all(
      ["/api/usage/sink", "/api/audit"].map((path) => app.request("GET", path, undefined, tenant.headers)),
    );
    const stored = await sql`select * from usage_sink where org_id = ${tenant.orgId}`.execute(app.db);
    const seen = JSON.stringify([answers.map(({ body }) => body), stored.rows, lines]);
    expect(await show(tenant)).toMatchObject({ url: endpoint.url, headers: ["Authorization"] });
    expect(seen).toContain("usage_sink.put");
    expect(seen).toContain("delivery.ended");
    expect(seen).not.toContain("made-up-token");
  });

  test("keeps its headers when the secret is replaced", async () => {
    const tenant = await tenantWithSink();
    const rotated = createVault(["another made-up secret of more than 32 characters", SECRET]);
    await resealReceivers({ db: app.db, vault: rotated }, "usage_sink");
    await app.record(endedCall(1, tenant));
    await deliver();
    expect(await show(tenant), "the old secret alone opens nothing").toMatchObject({
      headers: [],
      failures: 1,
      lastFailure: expect.stringContaining("another secret"),
    });
    app.clock.advance(HOUR_MS);
    await deliverUsage({ ...app.deps, outbound, vault: rotated });
    expect(endpoint.batches.at(-1)?.headers.authorization).toBe(TOKEN);
    await resealReceivers({ db: app.db, vault: createVault([SECRET]) }, "usage_sink");
  });

  test("is told nothing of what went wrong on our side", async () => {
    const tenant = await tenantWithSink();
    await app.record(endedCall(1, tenant));
    const request = () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:5432"));
    await deliverUsage({ ...app.deps, outbound: { request } });
    expect(await show(tenant)).toMatchObject({ failures: 1, lastFailure: UNFORESEEN });
    expect(lines.join()).toContain("10.0.0.7:5432");
    await remove(tenant);
  });

  test("whose name turns out to be a private address is not reached", async () => {
    const tenant = newTenant();
    const rebound = new OutboundClient({
      allowedPrivateHosts: [],
      clock: app.clock,
      lookup: async () => [{ address: "127.0.0.1", family: 4 }],
    });
    await put(tenant, { url: `https://meter.example.com:${endpoint.port}/events` });
    await app.record(endedCall(1, tenant));
    await deliverUsage({ ...app.deps, outbound: rebound });
    expect(endpoint.batches).toEqual([]);
    expect(await show(tenant)).toMatchObject({
      undelivered: 1,
      lastFailure: expect.stringContaining("public internet"),
    });
    await rebound.close();
    await remove(tenant);
  });
});

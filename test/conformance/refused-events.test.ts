// Events that a receiver takes, among some that it refuses for good.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { deliverAlerts } from "../../src/alerts/alert-delivery.ts";
import { parseAllowedHosts } from "../../src/outbound/address-policy.ts";
import { OutboundClient } from "../../src/outbound/outbound-client.ts";
import { deliverUsage } from "../../src/usage/sink-delivery.ts";
import {
  endedCall,
  newTenant,
  openUsageApp,
  type Tenant,
  type UsageApp,
} from "../../src/usage/usage.testing.ts";
import { type AgentEndpoint, type AgentRequest, startAgentEndpoint } from "../support/agent-endpoint.ts";
import { newCause } from "../support/alerts.ts";
import { describeEachDatabase } from "../support/databases.ts";

const DAY_MS = 86_400_000;
const SINK = "/api/usage/sink";
const WEBHOOK = "/api/alerts/webhook";
const TOKEN = "a-made-up-token-of-a-meter";

describeEachDatabase("events that a receiver refuses for good", (database) => {
  let app: UsageApp;
  let endpoint: AgentEndpoint;
  let outbound: OutboundClient;
  beforeAll(async () => {
    endpoint = await startAgentEndpoint();
    const allowedPrivateHosts = [new URL(endpoint.url).host];
    app = await openUsageApp(database, { allowedPrivateHosts: parseAllowedHosts(allowedPrivateHosts) });
    outbound = new OutboundClient({ allowedPrivateHosts, clock: app.clock });
  });
  afterEach(() => endpoint.answerWith(() => ({})));
  afterAll(async () => {
    await outbound.close();
    await app.close();
    await endpoint.close();
  });

  const deliver = () => deliverUsage({ ...app.deps, outbound });
  const deliverAlertEvents = () => deliverAlerts({ ...app.deps, outbound });
  const put = (tenant: Tenant, path = SINK) =>
    app.request(
      "PUT",
      path,
      {
        url: `${endpoint.url}/${tenant.orgId}`,
        ...(path === SINK ? { headers: { Authorization: `Bearer ${TOKEN}` } } : {}),
      },
      tenant.headers,
    );
  const show = async (tenant: Tenant, path = SINK) => {
    const { body } = await app.request("GET", path, undefined, tenant.headers);
    return body.sink ?? body.webhook;
  };
  const resend = (tenant: Tenant, path = SINK) =>
    app.request("POST", `${path}/resend`, undefined, tenant.headers);
  const alertsOf = async (tenant: Tenant, state: string) =>
    (await app.request("GET", `/api/alerts?kind=events_refused&state=${state}`, undefined, tenant.headers))
      .body.alerts;
  const requestsOf = (tenant: Tenant) => endpoint.requests.filter(({ path }) => path === `/${tenant.orgId}`);
  const secondsIn = ({ body }: AgentRequest): number[] =>
    JSON.parse(body).map((event: { data: { seconds: number } }) => event.data.seconds);

  /** What the endpoint has taken, in the order in which it did. */
  function takingWhat(refuse: (seconds: readonly number[]) => number | undefined): number[] {
    const taken: number[] = [];
    endpoint.answerWith((request) => {
      const status = refuse(secondsIn(request));
      if (status !== undefined) return { status, body: '{"error":"seconds:\n must not be unlucky"}' };
      taken.push(...secondsIn(request));
      return {};
    });
    return taken;
  }

  async function tenantWithCalls(count: number): Promise<Tenant> {
    const tenant = newTenant();
    await put(tenant);
    await app.record(...upTo(count).map((seconds) => endedCall(seconds, tenant)));
    return tenant;
  }

  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  test.each([400, 409, 413, 422])(
    "are set aside when it says %i, with what it said, and all others arrive once and in order",
    async (status) => {
      const tenant = await tenantWithCalls(30);
      const unlucky = new Set([13, 14, 27]);
      const taken = takingWhat((seconds) => (seconds.some((one) => unlucky.has(one)) ? status : undefined));
      await deliver();
      expect(taken).toEqual(upTo(30).filter((seconds) => !unlucky.has(seconds)));
      expect(requestsOf(tenant).length).toBeLessThan(30);
      const sink = await show(tenant);
      expect(sink).toMatchObject({ undelivered: 0, failures: 0, refused: 3 });
      const said = `It answered ${status}: {"error":"seconds: must not be unlucky"}`;
      const set = {
        id: expect.stringMatching(/^usage_\d+$/),
        said,
        refusedAt: app.clock.now().toISOString(),
      };
      expect(sink.refusedEvents).toEqual([set, set, set]);
      expect(await alertsOf(tenant, "open")).toMatchObject([
        {
          severity: "error",
          count: 3,
          detail: expect.stringContaining(said),
          facts: { receiver: "usage_sink" },
        },
      ]);
      app.clock.advance(DAY_MS);
      await deliver();
      expect(taken, "they are not sent again by themselves").toHaveLength(27);
    },
  );

  test("are sent again when somebody says so, and the alert is over once none is set aside", async () => {
    const tenant = await tenantWithCalls(5);
    takingWhat((seconds) => (seconds.includes(2) || seconds.includes(4) ? 422 : undefined));
    await deliver();
    const taken = takingWhat((seconds) => (seconds.includes(4) ? 422 : undefined));
    expect((await resend(tenant)).body).toEqual({ success: true, events: 2 });
    app.clock.advance(1);
    await deliver();
    expect(taken).toEqual([2]);
    expect(await show(tenant)).toMatchObject({ undelivered: 0, refused: 1 });
    expect(await alertsOf(tenant, "open"), "one is still refused").toMatchObject([{ count: 3 }]);
    await resend(tenant);
    const mended = takingWhat(() => undefined);
    app.clock.advance(1);
    await deliver();
    expect(mended).toEqual([4]);
    expect(await show(tenant)).toMatchObject({ undelivered: 0, refused: 0, refusedEvents: [] });
    expect(await alertsOf(tenant, "open")).toEqual([]);
    expect(await alertsOf(tenant, "resolved")).toHaveLength(1);
    expect((await resend(tenant)).body).toEqual({ success: true, events: 0 });
  });

  test("are taken over by another receiver", async () => {
    const tenant = await tenantWithCalls(3);
    takingWhat((seconds) => (seconds.includes(2) ? 422 : undefined));
    await deliver();
    const taken = takingWhat(() => undefined);
    app.clock.advance(1);
    await put(tenant);
    await deliver();
    expect(taken).toEqual([2]);
  });

  test("by a receiver that is replaced meanwhile are sent to the new one", async () => {
    const tenant = await tenantWithCalls(1);
    endpoint.answerWith(async () => {
      endpoint.answerWith(() => ({}));
      app.clock.advance(1);
      await put(tenant);
      return { status: 422 };
    });
    await deliver();
    expect(requestsOf(tenant)).toHaveLength(2);
    expect(await show(tenant)).toMatchObject({ undelivered: 0, refused: 0 });
  });

  test("are not taken for a batch that is too large: that is sent in smaller ones", async () => {
    const tenant = await tenantWithCalls(40);
    const taken = takingWhat((seconds) => (seconds.length > 6 ? 413 : undefined));
    await deliver();
    expect(taken).toEqual(upTo(40));
    expect(requestsOf(tenant).length).toBeLessThan(15);
    expect(await show(tenant)).toMatchObject({ undelivered: 0, refused: 0 });
  });

  test("are few where it refuses everything: then it is left alone for a while, and nothing is lost", async () => {
    const tenant = await tenantWithCalls(40);
    takingWhat(() => 400);
    await deliver();
    const { undelivered, refused, ...sink } = await show(tenant);
    expect([undelivered, refused]).toEqual([30, 10]);
    expect(sink).toMatchObject({
      failures: 1,
      lastFailure: expect.stringContaining("refused the 10 before"),
    });
    const attempts = requestsOf(tenant).length;
    await deliver();
    expect(requestsOf(tenant)).toHaveLength(attempts);
    const taken = takingWhat(() => undefined);
    await resend(tenant);
    await deliver();
    expect(taken, "whoever says so need not wait until it would be tried again").toEqual(upTo(40));
  });

  test.each([301, 401, 403, 404, 405, 408, 410, 415, 425, 429, 500, 503])(
    "are none where it answers %i, as with a wrong address or key: everything waits",
    async (status) => {
      const tenant = await tenantWithCalls(3);
      takingWhat(() => status);
      await deliver();
      expect(requestsOf(tenant)).toHaveLength(1);
      expect(await show(tenant)).toMatchObject({ undelivered: 3, refused: 0, failures: 1 });
      await app.request("DELETE", SINK, undefined, tenant.headers);
    },
  );

  test("are shown without the key that it repeats", async () => {
    const tenant = await tenantWithCalls(1);
    endpoint.answerWith(({ headers }) => ({
      status: 400,
      body: `no good: ${headers.authorization} ${"x".repeat(999)}`,
    }));
    await deliver();
    const { said } = (await show(tenant)).refusedEvents[0];
    expect(said).toMatch(/^It answered 400: no good: Bearer … x+…$/);
    expect(said.length).toBeLessThan(250);
    expect(JSON.stringify(await alertsOf(tenant, "open"))).not.toContain(TOKEN);
  });

  test("of an alert webhook are set aside, and later alerts arrive", async () => {
    const tenant = newTenant();
    await put(tenant, WEBHOOK);
    const refused = newCause(app, tenant);
    await refused.raise();
    app.clock.advance(1);
    await newCause(app, tenant).raise();
    const refusedBody = () => requestsOf(tenant)[0]?.body;
    endpoint.answerWith(({ body }) => ({ status: body === refusedBody() ? 422 : 204 }));
    await deliverAlertEvents();
    const [first, second, told] = requestsOf(tenant).map(({ headers }) => headers["webhook-id"]);
    expect([first, second]).toEqual([expect.stringMatching(/:opened$/), expect.stringMatching(/:opened$/)]);
    expect(await show(tenant, WEBHOOK)).toMatchObject({
      undelivered: 0,
      refused: 1,
      refusedEvents: [{ id: first, said: "It answered 422." }],
    });
    expect(await alertsOf(tenant, "open")).toMatchObject([{ facts: { receiver: "alert_webhook" } }]);
    expect(told, "of the refusal it is told as of any other alert").toMatch(/:opened$/);
    endpoint.answerWith(() => ({}));
    expect((await resend(tenant, WEBHOOK)).body).toEqual({ success: true, events: 1 });
    app.clock.advance(1);
    await deliverAlertEvents();
    expect(
      requestsOf(tenant)
        .slice(3)
        .map(({ headers }) => headers["webhook-id"]),
    ).toEqual([first]);
    expect(await alertsOf(tenant, "open")).toEqual([]);
  });

  test("of an alert webhook that refuses even the alert about it are given up after three days", async () => {
    const tenant = newTenant();
    await put(tenant, WEBHOOK);
    await newCause(app, tenant).raise();
    endpoint.answerWith(({ path }) => ({ status: path === `/${tenant.orgId}` ? 400 : 204 }));
    await deliverAlertEvents();
    expect(await show(tenant, WEBHOOK)).toMatchObject({ undelivered: 0, refused: 2 });
    expect(await alertsOf(tenant, "open")).toMatchObject([{ count: 2 }]);
    app.clock.advance(3 * DAY_MS + 1);
    endpoint.answerWith(() => ({}));
    await deliverAlertEvents();
    expect(await show(tenant, WEBHOOK)).toMatchObject({ refused: 0 });
    expect(await alertsOf(tenant, "open")).toEqual([]);
  });

  test.each([SINK, WEBHOOK])("%s: are an admin's to send again, which is in the audit log", async (path) => {
    const tenant = newTenant();
    expect((await resend(tenant, path)).body, "without a receiver").toEqual({ success: true, events: 0 });
    await put(tenant, path);
    const asMember = { ...tenant, headers: { ...tenant.headers, "x-test-role": "member" } };
    expect((await resend(asMember, path)).status).toBe(403);
    await resend(tenant, path);
    const { body } = await app.request("GET", "/api/audit", undefined, tenant.headers);
    expect(body.entries[0]).toMatchObject({
      action: expect.stringMatching(/\.resend$/),
      after: { events: 0 },
    });
  });
});

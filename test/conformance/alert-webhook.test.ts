// Alerts on their way to an HTTP endpoint of an organization's own, which may fail in every way.
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deliverAlerts } from "../../src/alerts/alert-delivery.ts";
import { createVault } from "../../src/base/vault.ts";
import { parseAllowedHosts } from "../../src/outbound/address-policy.ts";
import { OutboundClient } from "../../src/outbound/outbound-client.ts";
import { resealReceivers } from "../../src/receivers/receiver-service.ts";
import { newTenant, openUsageApp, type Tenant, type UsageApp } from "../../src/usage/usage.testing.ts";
import { type AgentEndpoint, type AgentRequest, startAgentEndpoint } from "../support/agent-endpoint.ts";
import { newCause } from "../support/alerts.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { SECRET } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describeEachDatabase("the alert webhook", (database) => {
  let app: UsageApp;
  let endpoint: AgentEndpoint;
  let outbound: OutboundClient;
  beforeAll(async () => {
    endpoint = await startAgentEndpoint();
    const allowedPrivateHosts = [new URL(endpoint.url).host];
    app = await openUsageApp(database, { allowedPrivateHosts: parseAllowedHosts(allowedPrivateHosts) });
    outbound = new OutboundClient({ allowedPrivateHosts, clock: app.clock });
  });
  afterAll(async () => {
    await outbound.close();
    await app.close();
    await endpoint.close();
  });

  const deliver = () => deliverAlerts({ ...app.deps, outbound });
  const put = (tenant: Tenant, body: object = { url: `${endpoint.url}/${tenant.orgId}` }) =>
    app.request("PUT", "/api/alerts/webhook", body, tenant.headers);
  const show = async (tenant: Tenant) =>
    (await app.request("GET", "/api/alerts/webhook", undefined, tenant.headers)).body.webhook;
  const remove = (tenant: Tenant) => app.request("DELETE", "/api/alerts/webhook", undefined, tenant.headers);
  /** What came for an organization, the oldest first. */
  const received = (tenant: Tenant) => endpoint.requests.filter(({ path }) => path === `/${tenant.orgId}`);

  async function tenantWithWebhook(): Promise<Tenant & { secret: string }> {
    const tenant = newTenant();
    const { status, body } = await put(tenant);
    expect(status).toBe(200);
    return { ...tenant, secret: body.secret };
  }

  // The library checks the time against the real clock, which a test's clock is far from.
  function isSigned({ headers, body }: AgentRequest, secret: string): boolean {
    const {
      "webhook-id": id = "",
      "webhook-timestamp": seconds = "",
      "webhook-signature": given = "",
    } = headers;
    const expected = new Webhook(secret).sign(id, new Date(Number(seconds) * 1_000), body);
    return given.split(" ").includes(expected);
  }

  const eventsOf = (requests: readonly AgentRequest[]) => requests.map(({ body }) => JSON.parse(body));

  test("gets every alert as it opens and is resolved, signed, once and in order", async () => {
    const early = newTenant();
    await newCause(app, early).raise();
    const { secret } = (await put(early)).body;
    expect(secret).toMatch(/^whsec_/);
    const cause = newCause(app, early);
    await cause.raise();
    await cause.raise();
    await cause.clear();
    await deliver();
    await deliver();
    const requests = received(early);
    const { alerts } = (await app.request("GET", "/api/alerts?state=resolved", undefined, early.headers))
      .body;
    const { id } = alerts[0];
    expect(requests.map(({ headers }) => headers["webhook-id"])).toEqual([`${id}:opened`, `${id}:resolved`]);
    expect(requests.every((request) => isSigned(request, secret))).toBe(true);
    expect(eventsOf(requests)).toMatchObject([
      { type: "alert.opened", timestamp: app.clock.now().toISOString(), data: { id, state: "open" } },
      { type: "alert.resolved", data: alerts[0] },
    ]);
  });

  test.each([
    ["answers 500", { status: 500 }, "It answered 500."],
    ["answers 404", { status: 404 }, "It answered 404."],
    ["redirects", { status: 307, headers: { location: "/elsewhere" } }, "It redirects."],
  ])("that %s gets the same again, until it takes it", async (_how, answer, said) => {
    const tenant = await tenantWithWebhook();
    const cause = newCause(app, tenant);
    await cause.raise();
    endpoint.answerWith(({ path }) => (path === `/${tenant.orgId}` ? answer : {}));
    await deliver();
    await cause.clear();
    await deliver();
    expect(received(tenant), "it is left alone for a while").toHaveLength(1);
    expect(await show(tenant)).toMatchObject({
      undelivered: 2,
      failures: 1,
      lastFailure: expect.stringContaining(said),
    });
    endpoint.answerWith(() => ({}));
    app.clock.advance(MINUTE_MS);
    await deliver();
    const [first, again, resolved] = received(tenant);
    expect(again?.body).toBe(first?.body);
    expect(again?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(resolved?.headers["webhook-id"]).toMatch(/:resolved$/);
    expect(await show(tenant)).toMatchObject({ undelivered: 0, failures: 0, lastFailure: null });
  });

  test.each([
    ["says a lot", { status: 200, body: "x".repeat(100_000) }],
    ["compresses what it says", { status: 200, headers: { "content-encoding": "gzip" }, body: "?" }],
  ])("that %s about what it takes has taken it", async (_how, answer) => {
    const tenant = await tenantWithWebhook();
    await newCause(app, tenant).raise();
    endpoint.answerWith(() => answer);
    await deliver();
    endpoint.answerWith(() => ({}));
    expect(await show(tenant)).toMatchObject({ undelivered: 0, failures: 0 });
  });

  test("that keeps failing is given up on, an event after three days, and the alert stays listed", async () => {
    const tenant = await tenantWithWebhook();
    await newCause(app, tenant).raise();
    endpoint.answerWith(({ path }) => ({ status: path === `/${tenant.orgId}` ? 503 : 204 }));
    for (let hour = 0; hour < 74; hour++) {
      await deliver();
      app.clock.advance(HOUR_MS);
    }
    endpoint.answerWith(() => ({}));
    const attempts = received(tenant).length;
    expect(attempts).toBeGreaterThan(70);
    await deliver();
    expect(received(tenant)).toHaveLength(attempts);
    expect((await show(tenant)).undelivered).toBe(0);
    const { body } = await app.request("GET", "/api/alerts", undefined, tenant.headers);
    expect(body.alerts).toMatchObject([{ state: "open" }]);
  });

  test("of one organization gets nothing of another's, and does not make it wait", async () => {
    const [failing, other, none] = [await tenantWithWebhook(), await tenantWithWebhook(), newTenant()];
    for (const tenant of [failing, other, none]) await newCause(app, tenant).raise();
    endpoint.answerWith(({ path }) => ({ status: path === `/${failing.orgId}` ? 500 : 204 }));
    await deliver();
    endpoint.answerWith(() => ({}));
    expect(received(failing)).toHaveLength(1);
    expect(received(other)).toHaveLength(1);
    expect(isSigned(received(other)[0] as AgentRequest, other.secret)).toBe(true);
    expect(isSigned(received(other)[0] as AgentRequest, failing.secret)).toBe(false);
    expect((await show(other)).undelivered).toBe(0);
    expect(await show(none)).toBeNull();
  });

  test("that is replaced while alerts are being sent gets no more of them; the new one gets the rest", async () => {
    const tenant = await tenantWithWebhook();
    const url = `${endpoint.url}/${tenant.orgId}`;
    await newCause(app, tenant).raise();
    await newCause(app, tenant).raise();
    endpoint.answerWith(async () => {
      await put(tenant, { url: `${url}/new` });
      return {};
    });
    await deliver();
    endpoint.answerWith(() => ({}));
    expect(received(tenant)).toHaveLength(1);
    expect(endpoint.requests.filter(({ path }) => path === `/${tenant.orgId}/new`)).toHaveLength(1);
  });

  test("that is taken away gets nothing more, and a later one nothing of before", async () => {
    const tenant = await tenantWithWebhook();
    const cause = newCause(app, tenant);
    await cause.raise();
    expect((await remove(tenant)).body).toEqual({ success: true, undelivered: 1 });
    expect((await remove(tenant)).body).toEqual({ success: true, undelivered: 0 });
    await newCause(app, tenant).raise();
    await put(tenant);
    await cause.clear();
    await deliver();
    expect(eventsOf(received(tenant))).toMatchObject([{ type: "alert.resolved" }]);
  });

  test("shows its secret once; a new one signs beside the one before, for a day", async () => {
    const tenant = await tenantWithWebhook();
    const again = await put(tenant);
    expect(again.body).toEqual({ success: true, secret: null });
    expect(JSON.stringify(await show(tenant))).not.toContain("whsec_");
    const rotated = await put(tenant, { url: `${endpoint.url}/${tenant.orgId}`, rotateSecret: true });
    expect(rotated.headers.get("cache-control")).toBe("no-store");
    const { secret } = rotated.body;
    expect(secret).not.toBe(tenant.secret);
    await newCause(app, tenant).raise();
    await deliver();
    expect((await show(tenant)).previousSignsUntil).toBe(
      new Date(app.clock.now().getTime() + 24 * HOUR_MS).toISOString(),
    );
    app.clock.advance(24 * HOUR_MS);
    await newCause(app, tenant).raise();
    await deliver();
    const [during, after] = received(tenant) as [AgentRequest, AgentRequest];
    expect([isSigned(during, tenant.secret), isSigned(during, secret)]).toEqual([true, true]);
    expect([isSigned(after, tenant.secret), isSigned(after, secret)]).toEqual([false, true]);
    expect((await show(tenant)).previousSignsUntil).toBeNull();
  });

  test("keeps its secret when that of the server is replaced; one that is lost is made anew", async () => {
    const tenant = await tenantWithWebhook();
    const rotated = createVault(["another made-up secret of more than 32 characters", SECRET]);
    await resealReceivers({ db: app.db, vault: rotated }, "alert_webhook");
    await newCause(app, tenant).raise();
    await deliver();
    expect(received(tenant), "the old secret alone opens nothing").toEqual([]);
    expect(await show(tenant)).toMatchObject({ failures: 1, undelivered: 1 });
    app.clock.advance(HOUR_MS);
    await deliverAlerts({ ...app.deps, outbound, vault: rotated });
    expect(isSigned(received(tenant)[0] as AgentRequest, tenant.secret)).toBe(true);
    expect((await put(tenant)).body.secret).toMatch(/^whsec_/);
    await resealReceivers({ db: app.db, vault: createVault([SECRET]) }, "alert_webhook");
  });

  test("is an admin's to set, to see and to take away; each change is in the audit log, without the secret", async () => {
    const tenant = await tenantWithWebhook();
    const asMember = { ...tenant, headers: { ...tenant.headers, "x-test-role": "member" } };
    const shown = await app.request("GET", "/api/alerts/webhook", undefined, asMember.headers);
    for (const answer of [await put(asMember), shown, await remove(asMember)]) {
      expect([answer.status, answer.body.code]).toEqual([403, "forbidden"]);
    }
    await remove(tenant);
    const { body } = await app.request("GET", "/api/audit", undefined, tenant.headers);
    const url = `${endpoint.url}/${tenant.orgId}`;
    expect(body.entries).toMatchObject([
      { action: "alert_webhook.delete", before: { url }, after: null },
      { action: "alert_webhook.put", before: null, after: { url, isSecretNew: true } },
    ]);
    expect(JSON.stringify(body)).not.toContain("whsec_");
  });

  test.each([
    ["https://10.0.0.1/alerts"],
    ["https://169.254.169.254/latest/meta-data"],
    ["https://localhost/alerts"],
    ["http://hooks.example.com/alerts"],
    ["ftp://hooks.example.com/alerts"],
  ])("is not set to %s", async (url) => {
    const tenant = newTenant();
    const { status, body } = await put(tenant, { url });
    expect([status, body.code, body.errors[0].path]).toEqual([400, "invalid_input", "url"]);
    expect(await show(tenant)).toBeNull();
  });

  test("whose name turns out to be a private address is not reached", async () => {
    const tenant = newTenant();
    const rebound = new OutboundClient({
      allowedPrivateHosts: [],
      clock: app.clock,
      lookup: async () => [{ address: "127.0.0.1", family: 4 }],
    });
    await put(tenant, { url: `https://hooks.example.com:${new URL(endpoint.url).port}/${tenant.orgId}` });
    await newCause(app, tenant).raise();
    await deliverAlerts({ ...app.deps, outbound: rebound });
    expect(received(tenant)).toEqual([]);
    expect(await show(tenant)).toMatchObject({ lastFailure: expect.stringContaining("public internet") });
    await rebound.close();
    await remove(tenant);
  });
});

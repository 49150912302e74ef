// What is wrong, as the organization that it concerns sees it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetOldAlerts } from "../../src/alerts/alert-retention.ts";
import { newTenant, openUsageApp, type Tenant, type UsageApp } from "../../src/usage/usage.testing.ts";
import { newCause } from "../support/alerts.ts";
import { describeEachDatabase } from "../support/databases.ts";

const DAY_MS = 24 * 3_600_000;

describeEachDatabase("alerts", (database) => {
  let app: UsageApp;
  beforeAll(async () => {
    app = await openUsageApp(database);
  });
  afterAll(() => app.close());

  const list = async (tenant: Tenant, query = "") =>
    (await app.request("GET", `/api/alerts?${query}`, undefined, tenant.headers)).body;
  const acknowledge = (tenant: Tenant, id: string) =>
    app.request("POST", `/api/alerts/${id}/acknowledge`, undefined, tenant.headers);

  test("are open until their cause is gone, and open again when it comes back", async () => {
    const tenant = newTenant();
    const cause = newCause(app, tenant);
    await cause.raise();
    await cause.raise();
    expect(await list(tenant)).toMatchObject({
      alerts: [{ state: "open", count: 2, kind: "drift", severity: "warning", resolvedAt: null }],
      nextCursor: null,
    });
    await cause.clear();
    await cause.raise();
    expect((await list(tenant)).alerts).toMatchObject([
      { state: "open", count: 1 },
      { state: "resolved", count: 2, resolvedAt: app.clock.now().toISOString() },
    ]);
  });

  test("are listed page by page, newest first, by state and kind", async () => {
    const tenant = newTenant();
    const causes = Array.from({ length: 5 }, () => newCause(app, tenant));
    for (const cause of causes) await cause.raise();
    await causes[1]?.clear();
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const page = await list(tenant, `limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.alerts.map(({ title }: { title: string }) => title));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(causes.map(({ key }) => `Somebody changed ${key}`).toReversed());
    expect((await list(tenant, "state=open")).alerts).toHaveLength(4);
    expect((await list(tenant, "state=resolved")).alerts).toHaveLength(1);
    expect((await list(tenant, "kind=twilio_alert")).alerts).toEqual([]);
    expect((await list(tenant, "kind=nothing")).code).toBe("invalid_input");
  });

  test("are one organization's: another one finds neither them nor that there are any", async () => {
    const [tenant, other] = [newTenant(), newTenant()];
    await newCause(app, tenant).raise();
    const [alert] = (await list(tenant)).alerts;
    expect((await list(other)).alerts).toEqual([]);
    const theirs = await app.request("GET", `/api/alerts/${alert.id}`, undefined, other.headers);
    const missing = await app.request("GET", "/api/alerts/alert_0", undefined, other.headers);
    expect(theirs.status).toBe(404);
    const withoutId = ({ requestId: _ofThisRequest, ...body }: Record<string, unknown>) => body;
    expect(withoutId(theirs.body)).toEqual(withoutId(missing.body));
    expect((await acknowledge(other, alert.id)).body.code).toBe("alert_not_found");
    expect((await list(tenant)).alerts).toEqual([alert]);
  });

  test("are acknowledged once, by whoever is first, and stay open", async () => {
    const tenant = newTenant();
    await newCause(app, tenant).raise();
    const [alert] = (await list(tenant)).alerts;
    const acknowledgedAt = app.clock.now().toISOString();
    const asMember = { ...tenant, headers: { ...tenant.headers, "x-test-role": "member" } };
    expect((await acknowledge(asMember, alert.id)).body).toMatchObject({
      state: "open",
      acknowledgedAt,
      acknowledgedBy: "user_1",
    });
    app.clock.advance(1_000);
    expect((await acknowledge(tenant, alert.id)).body).toMatchObject({ acknowledgedAt });
    const { body } = await app.request("GET", "/api/audit", undefined, tenant.headers);
    expect(body.entries).toMatchObject([{ action: "alert.acknowledge", target: { id: alert.id } }]);
  });

  test("are forgotten 90 days after they were resolved, and not while they are open", async () => {
    const tenant = newTenant();
    const [gone, open] = [newCause(app, tenant), newCause(app, tenant)];
    await gone.raise();
    await open.raise();
    await gone.clear();
    app.clock.advance(90 * DAY_MS);
    await forgetOldAlerts(app.deps);
    expect((await list(tenant)).alerts).toHaveLength(2);
    app.clock.advance(1);
    await forgetOldAlerts(app.deps);
    expect((await list(tenant)).alerts).toMatchObject([{ title: `Somebody changed ${open.key}` }]);
  });
});

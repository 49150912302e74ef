// Who may send an organization's usage where.
import { afterAll, beforeAll, expect, test } from "vitest";
import { newTenant, openUsageApp, type Tenant, type UsageApp } from "../../src/usage/usage.testing.ts";
import { describeEachDatabase } from "../support/databases.ts";

const URL_OF_METER = "https://meter.example.com/events";

describeEachDatabase("the sink", (database) => {
  let app: UsageApp;
  beforeAll(async () => {
    app = await openUsageApp(database);
  });
  afterAll(() => app.close());

  const put = (tenant: Tenant, body: object) => app.request("PUT", "/api/usage/sink", body, tenant.headers);
  const show = (tenant: Tenant) => app.request("GET", "/api/usage/sink", undefined, tenant.headers);
  const remove = (tenant: Tenant) => app.request("DELETE", "/api/usage/sink", undefined, tenant.headers);

  test("is an admin's to set, to see and to take away; each change is in the audit log", async () => {
    const tenant = newTenant();
    const sink = { url: URL_OF_METER, headers: { Authorization: "Bearer secret" } };
    await put(tenant, sink);
    const asMember = { ...tenant, headers: { ...tenant.headers, "x-test-role": "member" } };
    for (const answer of [await put(asMember, sink), await show(asMember), await remove(asMember)]) {
      expect([answer.status, answer.body.code]).toEqual([403, "forbidden"]);
    }
    await remove(tenant);
    const { body } = await app.request("GET", "/api/audit", undefined, tenant.headers);
    const shown = { url: URL_OF_METER, headers: ["Authorization"] };
    expect(body.entries).toMatchObject([
      { action: "usage_sink.delete", before: shown, after: null },
      { action: "usage_sink.put", before: null, after: shown },
    ]);
  });

  test.each([
    ["https://10.0.0.1/events"],
    ["https://169.254.169.254/latest/meta-data"],
    ["https://[::1]/events"],
    ["https://localhost/events"],
    ["http://meter.example.com/events"],
    ["https://user:password@meter.example.com/events"],
    ["ftp://meter.example.com/events"],
    ["meter.example.com"],
  ])("is not set to %s", async (url) => {
    const tenant = newTenant();
    const { status, body } = await put(tenant, { url });
    expect([status, body.code, body.errors[0].path]).toEqual([400, "invalid_input", "url"]);
    expect((await show(tenant)).body).toEqual({ sink: null });
  });

  test.each([
    [{ "Content-Type": "text/plain" }],
    [{ host: "example.com" }],
    [{ "Content-Length": "1" }],
    [{ Authorization: "a\r\nX-Other: b" }],
    [{ Authorization: "" }],
    [{ Authorization: "é" }],
    [{ "a b": "c" }],
    [Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`x-${index}`, "a"]))],
  ])("is refused the headers %j", async (headers) => {
    const { status, body } = await put(newTenant(), { url: URL_OF_METER, headers });
    expect([status, body.code]).toEqual([400, "invalid_input"]);
  });
});

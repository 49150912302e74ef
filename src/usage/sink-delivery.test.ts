import { expect, test } from "vitest";
import { deliverUsage } from "./sink-delivery.ts";
import { endedCall, newTenant, openUsageApp } from "./usage.testing.ts";

const SINKS = 24;

test("however slow the sinks are, each has its turn", async () => {
  const app = await openUsageApp("PGlite");
  const tenants = Array.from({ length: SINKS }, newTenant);
  for (const { orgId, headers } of tenants) {
    await app.request(
      "PUT",
      "/api/usage/sink",
      { url: `https://${orgId.replaceAll("_", "-")}.example` },
      headers,
    );
  }
  const turns = new Map<string, number>();
  const outbound: Parameters<typeof deliverUsage>[0]["outbound"] = {
    request: async ({ url }) => {
      turns.set(url, (turns.get(url) ?? 0) + 1);
      app.clock.advance(10_000);
      return { outcome: "answered", status: 204, contentType: undefined, body: "" };
    },
  };
  // Some dozen have their turn in one run, so in four each must have had one.
  for (let run = 0; run < 4; run++) {
    for (const tenant of tenants) await app.record(endedCall(1, tenant));
    await deliverUsage({ ...app.deps, outbound });
    app.clock.advance(60_000);
  }
  expect(turns.size).toBe(SINKS);
  expect(Math.max(...turns.values()) - Math.min(...turns.values())).toBeLessThanOrEqual(1);
  await app.close();
});

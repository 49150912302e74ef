import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

test("two Switchhooks in one process count for themselves", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.operations.inc({ kind: "assign", outcome: "committed" });
  expect(await one.registry.metrics()).toContain(
    'switchhook_operations_total{kind="assign",outcome="committed"} 1',
  );
  expect(await other.registry.metrics()).not.toContain("switchhook_operations_total{");
});

test("every metric has the prefix and says what it counts", async () => {
  const metrics = await createMetrics().registry.getMetricsAsJSON();
  expect(metrics.length).toBeGreaterThan(0);
  for (const { name, help } of metrics) {
    expect(name).toMatch(/^switchhook_[a-z_]+_(total|seconds|records)$/);
    expect(help).toMatch(/^[A-Z].{10,}/);
  }
});

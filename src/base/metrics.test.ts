import { expect, test } from "vitest";
import { addGauge, createMetrics } from "./metrics.ts";

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

test("a gauge shows what is so when somebody looks", async () => {
  const metrics = createMetrics();
  let value = 1;
  addGauge(metrics, { name: "switchhook_value", help: "A value that changes", read: () => value });
  expect(await metrics.registry.metrics()).toContain("switchhook_value 1");
  value = 2;
  expect(await metrics.registry.metrics()).toContain("switchhook_value 2");
});

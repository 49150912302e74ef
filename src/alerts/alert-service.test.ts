import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import { testClock } from "../base/clock.testing.ts";
import type { Database } from "../db/connect.ts";
import { clearAlert, type RaiseAlert, raiseAlert } from "./alert-service.ts";

describeEachDatabase("alerts", (kind) => {
  let database: Database;
  const clock = testClock();
  let count = 0;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  const deps = () => ({ db: database.db, clock });

  function newAlert(): RaiseAlert {
    count += 1;
    return {
      orgId: "org_1",
      kind: "drift",
      key: `drift:${count}`,
      severity: "warning",
      title: "Somebody changed it",
      detail: "Configure it again.",
      facts: { field: "voiceUrl" },
    };
  }

  function rowsOf({ key }: RaiseAlert) {
    return database.db.selectFrom("alert").selectAll().where("key", "=", key).orderBy("id").execute();
  }

  test("a cause that is found again counts up the alert that is open for it, and says the latest", async () => {
    const alert = newAlert();
    await raiseAlert(deps(), alert);
    const [first] = await rowsOf(alert);
    clock.advance(1_000);
    await raiseAlert(deps(), { ...alert, severity: "error", facts: { field: "smsUrl" } });
    expect(await rowsOf(alert)).toEqual([
      { ...first, count: 2, severity: "error", facts: { field: "smsUrl" }, last_seen_at: clock.now() },
    ]);
  });

  test("a cause that many find at once opens one alert", async () => {
    const alert = newAlert();
    await Promise.all(Array.from({ length: 8 }, () => raiseAlert(deps(), alert)));
    expect(await rowsOf(alert)).toMatchObject([{ count: 8 }]);
  });

  test("a cause that has gone resolves its alert, once; when it comes back, another opens", async () => {
    const alert = newAlert();
    await clearAlert(deps(), alert);
    await raiseAlert(deps(), alert);
    await clearAlert(deps(), alert);
    const resolvedAt = clock.now();
    clock.advance(1_000);
    await clearAlert(deps(), alert);
    await raiseAlert(deps(), alert);
    expect(await rowsOf(alert)).toMatchObject([{ resolved_at: resolvedAt }, { resolved_at: null, count: 1 }]);
  });

  test("of another organization with the same key is another alert", async () => {
    const alert = newAlert();
    await raiseAlert(deps(), alert);
    await raiseAlert(deps(), { ...alert, orgId: "org_2" });
    await clearAlert(deps(), { ...alert, orgId: "org_3" });
    await clearAlert(deps(), { ...alert, orgId: "org_2" });
    expect(await rowsOf(alert)).toMatchObject([
      { org_id: "org_1", resolved_at: null },
      { org_id: "org_2", resolved_at: clock.now() },
    ]);
  });

  test("raised in a transaction that fails was never there", async () => {
    const alert = newAlert();
    const failing = database.db.transaction().execute(async (tx) => {
      await raiseAlert({ db: tx, clock }, alert);
      throw new Error("The change failed");
    });
    await expect(failing).rejects.toThrow("The change failed");
    expect(await rowsOf(alert)).toEqual([]);
  });
});

import { sql } from "kysely";
import { expect, test } from "vitest";
import { openTestDatabase } from "../../test/support/databases.ts";
import { reportUsage } from "./report-service.ts";

const ACTOR = { orgId: "org_1", userId: "user_1", role: "member" } as const;
const TIMEOUT_MS = 50;

test("a report that takes too long is refused, and not worked on any longer", async () => {
  const database = await openTestDatabase("PostgreSQL");
  const query = { from: "2000-01-01", to: "9999-12-31", groupBy: ["agent"], limit: 1 } as const;
  await database.db.transaction().execute(async (tx) => {
    await sql`lock table usage_agent_daily in access exclusive mode`.execute(tx);
    const report = reportUsage(database, ACTOR, query, TIMEOUT_MS);
    await expect(report).rejects.toMatchObject({ code: "report_too_large" });
  });
  expect(await reportUsage(database, ACTOR, query)).toMatchObject({ rows: [], totals: { count: 0 } });
  await database.close();
});

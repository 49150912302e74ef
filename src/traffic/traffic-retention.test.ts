import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settableClock } from "../../test/support/clock.ts";
import { createTestDatabase, describeEachDatabase, type TestDatabase } from "../../test/support/databases.ts";
import { createLogger } from "../base/log.ts";
import { type Database, openDatabase } from "../db/connect.ts";
import { call, entriesOf, freshSid, seedNumber } from "./traffic.testing.ts";
import { forgetOldTraffic } from "./traffic-retention.ts";
import { recordReports } from "./traffic-store.ts";

describeEachDatabase("what is forgotten of calls and messages", (kind) => {
  let files: TestDatabase;
  let database: Database;
  const clock = settableClock(new Date("2026-06-01T00:00:00Z"));
  beforeAll(async () => {
    files = await createTestDatabase(kind);
    database = await openDatabase(files.url, createLogger("silent"));
    await seedNumber(database.db);
  });
  afterAll(async () => {
    await database.close();
    await files.drop();
  });

  const forget = () =>
    forgetOldTraffic({
      db: database.db,
      clock,
      log: createLogger("silent"),
      statusEventRetentionDays: 90,
    });

  test("callbacks are kept for their days, more than one batch of them goes, and what they added up to stays", async () => {
    const { db } = database;
    await sql`insert into status_event (account_sid, sid, status, discriminator, params, received_at)
      select 'AC', 'CA', 'completed', n::text, '{}',
        case when n <= 5001 then timestamptz '2026-03-02T23:59:59Z' else '2026-03-03T00:00:00Z' end
      from generate_series(1, 5003) n`.execute(db);
    const sid = freshSid("CA");
    await recordReports(db, [call(sid, "completed", { durationSeconds: 5 })], clock.now());
    await forget();
    const left = await db.selectFrom("status_event").select("discriminator").orderBy("id").execute();
    expect(left).toEqual([{ discriminator: "5002" }, { discriminator: "5003" }]);
    expect(await entriesOf(db, sid)).toHaveLength(1);
  });

  test("the claim of a late reply is kept for a day", async () => {
    const { db } = database;
    await sql`insert into late_reply values ('AC', 'SM1', '2026-05-30T23:59:59Z'), ('AC', 'SM2', '2026-05-31T00:00:00Z')`.execute(
      db,
    );
    await forget();
    expect(await db.selectFrom("late_reply").select("message_sid").execute()).toEqual([
      { message_sid: "SM2" },
    ]);
  });
});

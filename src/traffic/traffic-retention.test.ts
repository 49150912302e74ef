import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settableClock } from "../../test/support/clock.ts";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import type { Clock } from "../base/clock.ts";
import { createLogger } from "../base/log.ts";
import type { Database } from "../db/connect.ts";
import { call, entriesOf, freshSid, seedNumber } from "./traffic.testing.ts";
import { forgetOldTraffic } from "./traffic-retention.ts";
import { recordReports } from "./traffic-store.ts";

describeEachDatabase("what is forgotten of calls and messages", (kind) => {
  let database: Database;
  const clock = settableClock(new Date("2026-06-01T00:00:00Z"));
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await seedNumber(database.db);
  });
  afterAll(() => database.close());

  const forget = (by: Clock = clock) =>
    forgetOldTraffic({
      db: database.db,
      clock: by,
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

  test("what there is no time for goes with the next runs, from where the last one ended", async () => {
    const { db } = database;
    await sql`delete from status_event`.execute(db);
    await sql`insert into status_event (account_sid, sid, status, discriminator, params, received_at)
      select 'AC', 'CA', 'completed', n::text, '{}', timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second'
      from generate_series(1, 20000) n`.execute(db);
    const left = async () => {
      const { rows } = await sql<{ count: number }>`select count(*) as count from status_event`.execute(db);
      return rows[0]?.count;
    };
    // Each slice takes three minutes and a half, so there is time for three in a run.
    const busy = settableClock(clock.now());
    const now = () => {
      busy.advance(210_000);
      return busy.now();
    };
    await forget({ ...busy, now });
    expect(await left()).toBeGreaterThan(0);
    await forget({ ...busy, now });
    expect(await left()).toBe(0);
  });

  test("an event that a node with a wrong clock has stored keeps no others from being forgotten", async () => {
    const { db } = database;
    await sql`delete from status_event`.execute(db);
    await sql`insert into status_event (account_sid, sid, status, discriminator, params, received_at)
      select 'AC', 'CA', 'completed', n::text, '{}',
        case when n = 7 then timestamptz '2036-01-01T00:00:00Z' else '2026-01-01T00:00:00Z' end
      from generate_series(1, 12000) n`.execute(db);
    await forget();
    expect(await db.selectFrom("status_event").select("discriminator").execute()).toEqual([
      { discriminator: "7" },
    ]);
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

  test("a run of replies is kept for a day after its last", async () => {
    const { db } = database;
    await sql`insert into reply_run values
      ('+1', '+2', 5, '2026-05-30T23:59:59Z'), ('+2', '+1', 5, '2026-05-31T00:00:00Z')`.execute(db);
    await forget();
    expect(await db.selectFrom("reply_run").select("from_address").execute()).toEqual([
      { from_address: "+2" },
    ]);
  });
});

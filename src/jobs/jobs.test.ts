import { PgBoss } from "pg-boss";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import { createLogger } from "../base/log.ts";
import type { Database } from "../db/connect.ts";
import { startJobs } from "./jobs.ts";

const log = createLogger("silent");

describeEachDatabase("jobs", (kind) => {
  let database: Database;
  beforeEach(async () => {
    database = await openTestDatabase(kind);
  });
  afterEach(() => database.close());

  /** Queues a job as the schedule does when its minute has come. */
  async function becomeDue(name: string): Promise<void> {
    const boss = new PgBoss({ db: database.jobs, backend: database.kind, supervise: false, schedule: false });
    await boss.start();
    // While the one before is not yet written off, a job of the same name is not accepted.
    for (let tries = 0; tries < 1_000 && (await boss.send(name)) === null; tries++);
    await boss.stop({ close: false });
  }

  test("a job that is due runs, and one that fails does not keep the next from running", async () => {
    let runs = 0;
    let hasRun = Promise.withResolvers<void>();
    const run = async () => {
      runs++;
      hasRun.resolve();
      if (runs === 1) throw new Error("Twilio is down");
    };
    const jobs = await startJobs(database, log, [{ name: "sweep", cron: "0 0 1 1 *", run }]);
    await becomeDue("sweep");
    await hasRun.promise;
    hasRun = Promise.withResolvers();
    await becomeDue("sweep");
    await hasRun.promise;
    expect(runs).toBe(2);
    await jobs.stop();
  });

  test("a node that starts again finds its queues and schedules there", async () => {
    const schedules = [{ name: "sweep", cron: "* * * * *", run: async () => {} }];
    const jobs = await startJobs(database, log, schedules);
    await jobs.stop();
    const again = await startJobs(database, log, schedules);
    const { rows } = await database.jobs.executeSql("select name, cron from pgboss.schedule");
    expect(rows).toEqual([{ name: "sweep", cron: "* * * * *" }]);
    await again.stop();
  });
});

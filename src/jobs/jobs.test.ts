import { PgBoss } from "pg-boss";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import { becomeDue } from "../../test/support/due-job.ts";
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

  test("a job that is due runs, and one that fails does not keep the next from running", async () => {
    let runs = 0;
    let hasRun = Promise.withResolvers<void>();
    const run = async () => {
      runs++;
      hasRun.resolve();
      if (runs === 1) throw new Error("Twilio is down");
    };
    const jobs = await startJobs(database, log, [{ name: "sweep", cron: "0 0 1 1 *", run }]);
    await becomeDue(database, "sweep");
    await hasRun.promise;
    hasRun = Promise.withResolvers();
    await becomeDue(database, "sweep");
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

test("what a killed node was at is begun again by another within minutes, also on an earlier version's queue", async () => {
  const database = await openTestDatabase("PostgreSQL");
  const killed = new PgBoss({ db: database.jobs, backend: database.kind, supervise: false, schedule: false });
  await killed.start();
  await killed.createQueue("sweep", { policy: "exclusive", retryLimit: 0, expireInSeconds: 900 });
  const hasRun = Promise.withResolvers<void>();
  const schedule = { name: "sweep", cron: "0 0 1 1 *", run: async () => hasRun.resolve() };
  const before = await startJobs(database, log, [schedule]);
  await before.stop();
  await killed.send("sweep");
  expect(await killed.fetch("sweep")).toHaveLength(1);
  const another = await startJobs(database, log, [schedule]);
  // Minutes later, as the database sees it.
  await database.jobs.executeSql("update pgboss.job set heartbeat_on = heartbeat_on - interval '1 minute'");
  await killed.supervise("sweep");
  await becomeDue(database, "sweep");
  await hasRun.promise;
  await another.stop();
  await killed.stop({ close: false });
  await database.close();
});

test("work for each of many is a job for each, and one that fails costs the others nothing", async () => {
  const database = await openTestDatabase("PostgreSQL");
  const ran: string[] = [];
  const haveRun = Promise.withResolvers<void>();
  const run = async (key: string) => {
    ran.push(key);
    if (ran.length === 3) haveRun.resolve();
    if (key === "acct_1") throw new Error("Twilio is down");
  };
  const keys = async () => ["acct_1", "acct_2", "acct_3"];
  const jobs = await startJobs(database, log, [{ name: "sweep", cron: "0 0 1 1 *", keys, run }]);
  await becomeDue(database, "sweep");
  await haveRun.promise;
  expect(ran.toSorted()).toEqual(["acct_1", "acct_2", "acct_3"]);
  await jobs.stop();
  await database.close();
});

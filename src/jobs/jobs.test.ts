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

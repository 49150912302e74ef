// Background work on pg-boss, on the same database: many nodes share the queues, and each job runs on one of them.
import { PgBoss } from "pg-boss";
import { z } from "zod";
import type { Logger } from "../base/log.ts";
import type { Database } from "../db/connect.ts";

/** Work that is done again and again. */
export interface Schedule {
  readonly name: string;
  /** Five fields, UTC; a minute is the finest. */
  readonly cron: string;
  readonly run: () => Promise<void>;
}

/** Work that is done again and again for each of many, such as accounts: a job for each, on whichever node has time. */
export interface EachSchedule extends Omit<Schedule, "run"> {
  readonly keys: () => Promise<readonly string[]>;
  readonly run: (key: string) => Promise<void>;
}

export interface Jobs {
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;
/** A job that has not ended by then is given up. */
const EXPIRE_SECONDS = 15 * 60;
/** A job whose node shows no sign of life for that long is lost with it; no other of its name would run until then. */
const HEARTBEAT_SECONDS = 30;
const EACH_AT_ONCE = 4;
const eachJobSchema = z.object({ key: z.string() });

/** @throws when a schedule cannot be kept; then none of them is worked on */
export async function startJobs(
  database: Database,
  log: Logger,
  schedules: readonly (Schedule | EachSchedule)[],
): Promise<Jobs> {
  const boss = new PgBoss({
    db: database.jobs,
    backend: database.kind,
    // Where a queue stands still, the next round finds the work again; so errors are logged and nothing more.
    persistWarnings: false,
  });
  boss.on("error", (error) => log.error({ err: error }, "jobs.error"));
  await boss.start();
  // "exclusive": while one node is at it, the same job is not queued again behind it.
  const limits = { retryLimit: 0, expireInSeconds: EXPIRE_SECONDS, heartbeatSeconds: HEARTBEAT_SECONDS };
  const openQueue = async (name: string) => {
    await boss.createQueue(name, { policy: "exclusive", ...limits });
    // One that is there already has kept the limits of the version that made it.
    await boss.updateQueue(name, limits);
  };
  const workOn = async ({ name, cron, run }: Schedule) => {
    await openQueue(name);
    await boss.work(name, async () => runLogged(log, name, run));
    await boss.schedule(name, cron);
  };
  const workOnEach = async ({ name, cron, keys, run }: EachSchedule) => {
    const each = `${name}-each`;
    await openQueue(each);
    await boss.work(each, { localConcurrency: EACH_AT_ONCE }, async (jobs) => {
      for (const { data } of jobs) {
        const { key } = eachJobSchema.parse(data);
        await runLogged(log, each, () => run(key));
      }
    });
    await workOn({
      name,
      cron,
      run: async () => {
        for (const key of await keys()) await boss.send(each, { key }, { singletonKey: key });
      },
    });
  };
  const stop = () => boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS, close: false });
  try {
    for (const schedule of schedules) await ("keys" in schedule ? workOnEach(schedule) : workOn(schedule));
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

async function runLogged(log: Logger, name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    log.error({ err: error, job: name }, "job.failed");
    throw error;
  }
}

// Background work on pg-boss, on the same database: many nodes share the queues, and each job runs on one of them.
import { PgBoss } from "pg-boss";
import type { Logger } from "../base/log.ts";
import type { Database } from "../db/connect.ts";

/** Work that is done again and again. */
export interface Schedule {
  readonly name: string;
  /** Five fields, UTC; a minute is the finest. */
  readonly cron: string;
  readonly run: () => Promise<void>;
}

export interface Jobs {
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;
/** A job that has not ended by then is considered lost with its node. */
const EXPIRE_SECONDS = 15 * 60;

export async function startJobs(
  database: Database,
  log: Logger,
  schedules: readonly Schedule[],
): Promise<Jobs> {
  const boss = new PgBoss({
    db: database.jobs,
    backend: database.kind,
    // Where a queue stands still, the next round finds the work again; so errors are logged and nothing more.
    persistWarnings: false,
  });
  boss.on("error", (error) => log.error({ err: error }, "jobs.error"));
  await boss.start();
  for (const { name, cron, run } of schedules) {
    // "exclusive": while one node is at it, the same job is not queued again behind it.
    await boss.createQueue(name, { policy: "exclusive", retryLimit: 0, expireInSeconds: EXPIRE_SECONDS });
    await boss.work(name, async () => runLogged(log, name, run));
    await boss.schedule(name, cron);
  }
  return { stop: () => boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS, close: false }) };
}

async function runLogged(log: Logger, name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    log.error({ err: error, job: name }, "job.failed");
    throw error;
  }
}

import { PgBoss } from "pg-boss";
import type { Database } from "../../src/db/connect.ts";

/** Queues a job as its schedule does when its minute has come. */
export async function becomeDue(
  { jobs, kind }: Pick<Database, "jobs" | "kind">,
  name: string,
): Promise<void> {
  const boss = new PgBoss({ db: jobs, backend: kind, supervise: false, schedule: false });
  await boss.start();
  // While the one before is not yet written off, a job of the same name is not accepted.
  for (let tries = 0; tries < 1_000 && (await boss.send(name)) === null; tries++);
  await boss.stop({ close: false });
}

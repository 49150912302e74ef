/**
 * Writes the ledger out as a file of any size, in constant memory: a page of entries is read when the reader has taken
 * the one before, and never in a transaction that would stay open as long as somebody's download. So a file is no
 * snapshot: entries that are recorded meanwhile are in it or not.
 */
import type { Actor } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import { type EntryPosition, listEntries } from "./entry-store.ts";
import { type ExportFormat, FILE_FORMATS } from "./export-format.ts";
import type { UsageFilter } from "./filter.ts";

export interface ExportDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ExportUsage extends UsageFilter {
  readonly format: ExportFormat;
}

const PAGE_SIZE = 1_000;

/**
 * The parts of the file, in order. Whoever stops taking them must call `return`, as `for await` does.
 *
 * @throws whatever reading a page throws, in the middle of the file: what came before is no whole file
 */
export async function* exportUsage(
  deps: ExportDeps,
  actor: Actor,
  { format, ...filter }: ExportUsage,
): AsyncGenerator<string, void, void> {
  const { orgId } = actor;
  const startedAt = deps.clock.now().getTime();
  let entryCount = 0;
  // Stays so when the reader goes away: then nothing below runs but `finally`.
  let outcome: "cancelled" | "completed" | "failed" = "cancelled";
  try {
    for await (const entries of entryPages(deps.db, orgId, filter)) {
      yield FILE_FORMATS[format].write(entries, { isFirst: entryCount === 0 });
      entryCount += entries.length;
    }
    outcome = "completed";
  } catch (error) {
    outcome = "failed";
    deps.log.error({ orgId, err: error }, "usage.export_failed");
    throw error;
  } finally {
    const durationMs = deps.clock.now().getTime() - startedAt;
    deps.log.info({ orgId, format, outcome, entryCount, durationMs }, "usage.exported");
  }
}

/** At least one page, be it empty. */
async function* entryPages(db: Db, orgId: string, filter: UsageFilter) {
  let after: EntryPosition | undefined;
  do {
    const { entries, end } = await listEntries(db, orgId, filter, { after, limit: PAGE_SIZE });
    yield entries;
    after = end;
  } while (after);
}

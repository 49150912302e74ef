import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import * as auth from "./migrations/0001-auth.ts";
import * as main from "./migrations/0002-main.ts";
import * as traffic from "./migrations/0003-traffic.ts";
import * as usageByAgent from "./migrations/0004-usage-by-agent.ts";
import * as serviceHolds from "./migrations/0005-service-holds.ts";
import * as batches from "./migrations/0006-batches.ts";
import * as turnsAndInserts from "./migrations/0007-turns-and-inserts.ts";
import * as alerts from "./migrations/0008-alerts.ts";
import * as drift from "./migrations/0009-drift.ts";
import * as numberLists from "./migrations/0010-number-lists.ts";
import * as numberSearch from "./migrations/0011-number-search.ts";
import * as auditFilter from "./migrations/0012-audit-filter.ts";
import * as numberAnnouncements from "./migrations/0013-number-announcements.ts";
import * as loweredHealth from "./migrations/0014-lowered-health.ts";
import * as publicUrlAnnouncements from "./migrations/0015-public-url-announcements.ts";
import * as settledNumbers from "./migrations/0016-settled-numbers.ts";
import * as keptLocations from "./migrations/0017-kept-locations.ts";
import * as changedTraffic from "./migrations/0018-changed-traffic.ts";
import * as routeVerdicts from "./migrations/0019-route-verdicts.ts";
import * as writeScopes from "./migrations/0020-write-scopes.ts";
import * as receivers from "./migrations/0021-receivers.ts";
import * as driftNews from "./migrations/0022-drift-news.ts";
import * as replyRuns from "./migrations/0023-reply-runs.ts";
import * as refusedEvents from "./migrations/0024-refused-events.ts";
import * as deploymentId from "./migrations/0025-deployment-id.ts";
import * as idlePublicUrls from "./migrations/0026-idle-public-urls.ts";
import * as reconciledUntil from "./migrations/0027-reconciled-until.ts";
import * as refusedLookups from "./migrations/0028-refused-lookups.ts";
import * as formerNumbers from "./migrations/0029-former-numbers.ts";
import * as refusedReplies from "./migrations/0030-refused-replies.ts";

/** All of ours lives in one schema, so that it can share a database with the host's own tables. */
export const DATABASE_SCHEMA = "switchhook";

// In the order of their names. A migration that was released is never changed; a new one is added.
const migrations: Record<string, Migration> = {
  "0001-auth": auth,
  "0002-main": main,
  "0003-traffic": traffic,
  "0004-usage-by-agent": usageByAgent,
  "0005-service-holds": serviceHolds,
  "0006-batches": batches,
  "0007-turns-and-inserts": turnsAndInserts,
  "0008-alerts": alerts,
  "0009-drift": drift,
  "0010-number-lists": numberLists,
  "0011-number-search": numberSearch,
  "0012-audit-filter": auditFilter,
  "0013-number-announcements": numberAnnouncements,
  "0014-lowered-health": loweredHealth,
  "0015-public-url-announcements": publicUrlAnnouncements,
  "0016-settled-numbers": settledNumbers,
  "0017-kept-locations": keptLocations,
  "0018-changed-traffic": changedTraffic,
  "0019-route-verdicts": routeVerdicts,
  "0020-write-scopes": writeScopes,
  "0021-receivers": receivers,
  "0022-drift-news": driftNews,
  "0023-reply-runs": replyRuns,
  "0024-refused-events": refusedEvents,
  "0025-deployment-id": deploymentId,
  "0026-idle-public-urls": idlePublicUrls,
  "0027-reconciled-until": reconciledUntil,
  "0028-refused-lookups": refusedLookups,
  "0029-former-numbers": formerNumbers,
  "0030-refused-replies": refusedReplies,
};

/**
 * Brings the schema up to date. Safe when several nodes start at once: Kysely holds an advisory lock while it works,
 * and the others wait for it and then find nothing to do.
 */
export async function migrateToLatest<T>(db: Kysely<T>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: DATABASE_SCHEMA,
    migrationTableName: "migration",
    migrationLockTableName: "migration_lock",
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

// What is to be done when the public URL has changed: numbers that were given the earlier one still reach us, and have to be
// configured again before it goes away.
import { type Actor, systemActor } from "../auth/actor.ts";
import { addMs } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import { AppError } from "../base/errors.ts";
import { countStaleNumbers } from "../public-urls/public-url-store.ts";
import { findStoppedBatch, hasUnfinishedBatch, lockPublicUrlBatches } from "./batch-store.ts";
import type { FleetDeps } from "./fleet-deps.ts";
import { beginPlan } from "./plan-service.ts";

/**
 * - `report`: it is said how many numbers are concerned
 * - `apply`: and they are configured again, in a batch of each organization
 */
export type ReconcileOnStart = "report" | "apply";

type ChangeDeps = Pick<FleetDeps, "db" | "log" | "publicUrl" | "earlierPublicUrls">;

/** How many numbers of the actor's organization Twilio still sends to an earlier public URL. */
export async function countOwnStaleNumbers(
  { db, publicUrl }: Pick<ChangeDeps, "db" | "publicUrl">,
  { orgId }: Actor,
): Promise<number> {
  const [own] = await countStaleNumbers(db, publicUrl, orgId);
  return own?.count ?? 0;
}

/** To be called at start, before what is due is begun. */
export async function reconcilePublicUrl(deps: FleetDeps, mode: ReconcileOnStart): Promise<void> {
  const { db, log, publicUrl, earlierPublicUrls } = deps;
  const hasChanged = earlierPublicUrls.some((url) => url !== publicUrl);
  const stale = hasChanged ? await countStaleNumbers(db, publicUrl) : [];
  if (stale.length === 0) return;
  const numbers = stale.reduce((total, { count }) => total + count, 0);
  const organizations = stale.length;
  log.warn({ publicUrl, numbers, organizations, mode, wayOut: WAY_OUT }, "public_url.changed");
  if (mode === "report") return;
  for (const { orgId } of stale) {
    // Nodes that start together would each begin a batch.
    await db.transaction().execute(async (tx) => {
      await lockPublicUrlBatches(tx, orgId);
      await begin({ ...deps, db: tx }, systemActor(orgId, "public_url"));
    });
  }
}

const WAY_OUT =
  "PUT /api/phone-numbers/webhooks configures an organization's numbers again, with dryRun: true it says what it would do; " +
  "RECONCILE_ON_START=apply does it for all";

const AFTER_A_STOP =
  "A batch to this public URL has stopped, and says why. Undo it, or mend the URL, probe a number that it moved, and " +
  "configure the organization's numbers with PUT /api/phone-numbers/webhooks";

/** By then a URL that comes back is a new attempt. */
const STOPPED_MS = 30 * DAY_MS;

/** With the usual canary and failure budget: where the new URL does not work, a few numbers tell. */
async function begin(deps: FleetDeps, actor: Actor): Promise<void> {
  // Another node may have started with the same URL before, or this one.
  if (await hasUnfinishedBatch(deps.db, actor)) return;
  // Each further attempt would move a further canary to a URL that has not worked.
  const since = addMs(deps.clock.now(), -STOPPED_MS);
  const stopped = await findStoppedBatch(deps.db, actor, { baseUrl: deps.publicUrl, since });
  if (stopped !== undefined) {
    deps.log.error(
      { batchId: stopped, orgId: actor.orgId, wayOut: AFTER_A_STOP },
      "public_url.batch_stopped",
    );
    return;
  }
  try {
    const batchId = await beginPlan(deps, actor, { intent: { action: "configure" }, selection: {} }, {});
    deps.log.info({ batchId, orgId: actor.orgId }, "public_url.batch_begun");
  } catch (error) {
    // The numbers that still have the old URL go on working; a server that does not start helps nobody.
    if (!(error instanceof AppError)) throw error;
    deps.log.error({ err: error, orgId: actor.orgId }, "public_url.batch_refused");
  }
}

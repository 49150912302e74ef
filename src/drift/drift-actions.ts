// Does about what differs what its policy says: once a sweep has compared everything, and again with every sweep, so that a
// policy that has changed since holds for what was known before as well.
import { findPhoneNumbersByUid } from "../phone-numbers/sweep-store.ts";
import type { Drift } from "./drift.ts";
import { clearDrift, raiseDrift } from "./drift-alert.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { listOpenDriftsOfAccount, markAlerted } from "./drift-store.ts";
import { DEFAULT_POLICY, type Policy, policyFor, targetOf } from "./policy.ts";
import { listPoliciesFor } from "./policy-store.ts";
import { added, NOTHING_COUNTED, type SweepCounts } from "./sweep.ts";
import { keepSweep } from "./sweep-lease.ts";
import type { SweepRun } from "./sweep-run.ts";

const PAGE_SIZE = 200;
/** The rest waits for the next sweep. */
const MAX_PAGES = 1_000;

export async function actOnDrift(deps: DriftDeps, run: SweepRun): Promise<SweepCounts> {
  const { accountId } = run.sweep;
  let counts = NOTHING_COUNTED;
  let afterId = "";
  for (let pages = 0; pages < MAX_PAGES && deps.clock.now() < run.until; pages++) {
    const open = await listOpenDriftsOfAccount(deps.db, accountId, { afterId, limit: PAGE_SIZE });
    const last = open.at(-1);
    if (!last) return counts;
    await keepSweep(deps, run.sweep);
    counts = added(counts, await actOnPage(deps, run, open));
    if (open.length < PAGE_SIZE) return counts;
    afterId = last.id;
  }
  return counts;
}

async function actOnPage(
  deps: DriftDeps,
  { sweep }: SweepRun,
  open: readonly Drift[],
): Promise<Partial<SweepCounts>> {
  const uids = [...new Set(open.map(({ phoneNumberUid }) => phoneNumberUid))];
  const numbers = await findPhoneNumbersByUid(deps.db, uids);
  const policies = await listPoliciesFor(deps.db, sweep.accountId, numbers.map(targetOf));
  for (const number of numbers) {
    const drifts = open.filter(({ phoneNumberUid }) => phoneNumberUid === number.uid);
    for (const drift of drifts) {
      const { policy = DEFAULT_POLICY } = policyFor(policies, targetOf(number), drift.fieldClass) ?? {};
      await tell(deps, policy, drift);
    }
  }
  return {};
}

/** Tells whoever is to know and does not yet; what nobody is to know any more is resolved. */
async function tell({ db, clock }: DriftDeps, policy: Policy, drift: Drift): Promise<void> {
  const isTold = drift.alertedAt !== undefined;
  const isToBeTold = policy === "alert" || policy === "heal";
  if (isTold === isToBeTold) return;
  await db.transaction().execute(async (tx) => {
    if (isToBeTold) await raiseDrift({ db: tx, clock }, drift);
    else await clearDrift({ db: tx, clock }, drift);
    await markAlerted(tx, drift.id, isToBeTold ? clock.now() : null);
  });
}

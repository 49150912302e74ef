// Does about what differs what its policy says: once a sweep has compared everything, and again with every sweep, so that a
// policy that has changed since holds for what was known before as well.
import pMap from "p-map";
import { addMs } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import type { AppError, ProblemCode } from "../base/errors.ts";
import { findPhoneNumbersByUid } from "../phone-numbers/number-group-store.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import type { Drift } from "./drift.ts";
import { actionFor, type DriftAction } from "./drift-action.ts";
import { clearDrift, raiseDrift } from "./drift-alert.ts";
import type { DriftDeps } from "./drift-deps.ts";
import {
  listHealed,
  listOpenDrifts,
  listOpenDriftsOfAccount,
  markAlerted,
  markSilenced,
  postponeHealing,
} from "./drift-store.ts";
import { giveUp } from "./fight.ts";
import { type Healed, heal } from "./healing.ts";
import { type DriftPolicy, policyFor, policyTarget } from "./policy.ts";
import { listPoliciesFor } from "./policy-store.ts";
import { added, NOTHING_COUNTED, type SweepCounts } from "./sweep.ts";
import { keepSweep } from "./sweep-lease.ts";
import type { SweepRun } from "./sweep-run.ts";

const PAGE_SIZE = 200;
/** The rest waits for the next sweep. */
const MAX_PAGES = 1_000;
/** How many numbers are healed at once; how many requests Twilio bears, the client finds out. */
const NUMBERS_AT_ONCE = 20;
/** What refuses a number to us is not asked every few minutes, with an entry in the audit log each time. */
const REFUSED_MS = DAY_MS;
const REFUSALS: ReadonlySet<ProblemCode> = new Set([
  "capability_missing",
  "number_shadowed",
  "other_deployment",
  "public_url_unreachable",
  "whatsapp_sender_missing",
  "whatsapp_sender_offline",
]);
const MAX_REMEMBERED = 20;

export async function actOnDrift(deps: DriftDeps, run: SweepRun): Promise<SweepCounts> {
  const { accountId } = run.sweep;
  let counts = NOTHING_COUNTED;
  let afterId = "";
  for (let pages = 0; pages < MAX_PAGES && deps.clock.now() < run.until; pages++) {
    const open = await listOpenDriftsOfAccount(deps.db, accountId, { afterId, limit: PAGE_SIZE });
    const last = open.at(-1);
    if (!last) return counts;
    await keepSweep(deps, run.sweep);
    counts = added(counts, { healed: await actOnPage(deps, run, open) });
    if (open.length < PAGE_SIZE) return counts;
    afterId = last.id;
  }
  return counts;
}

/** @returns how many were healed */
async function actOnPage(deps: DriftDeps, run: SweepRun, open: readonly Drift[]): Promise<number> {
  const uids = [...new Set(open.map(({ phoneNumberUid }) => phoneNumberUid))];
  const numbers = await findPhoneNumbersByUid(deps.db, uids);
  const policies = await listPoliciesFor(deps.db, run.sweep.accountId, numbers.map(policyTarget));
  const due = new Set(open.map(({ id }) => id));
  // Other pages may have more about the same numbers.
  const ofNumber = Map.groupBy(await listOpenDrifts(deps.db, uids), ({ phoneNumberUid }) => phoneNumberUid);
  const healed = await pMap(
    numbers,
    (number) => actOnNumber(deps, run, number, { open: ofNumber.get(number.uid) ?? [], due, policies }),
    { concurrency: NUMBERS_AT_ONCE },
  );
  return healed.reduce((total, count) => total + count, 0);
}

interface Known {
  /** All that is open about the number. */
  readonly open: readonly Drift[];
  /** The ids of what is to be acted on now. */
  readonly due: ReadonlySet<string>;
  readonly policies: readonly DriftPolicy[];
}

/**
 * One class after the other: each is an operation of its own, and what is refused of one keeps no other from being healed,
 * unless another deployment has the number.
 */
async function actOnNumber(
  deps: DriftDeps,
  run: SweepRun,
  number: PhoneNumber,
  { open, due, policies }: Known,
): Promise<number> {
  let left = open.length;
  let healedCount = 0;
  for (const drift of open.filter(({ id }) => due.has(id))) {
    const policy = policyFor(policies, policyTarget(number), drift.fieldClass);
    const healed =
      policy?.policy === "heal"
        ? await listHealed(deps.db, drift, { since: policy.setAt, limit: MAX_REMEMBERED })
        : [];
    const action = actionFor(drift, policy, healed, deps.clock.now());
    const after = await ACTIONS[action](deps, run, { number, drift, healed, leavesDrift: left > 1 });
    if (after !== "open") left--;
    if (after === "healed") healedCount++;
  }
  return healedCount;
}

export interface Concerned {
  readonly number: PhoneNumber;
  readonly drift: Drift;
  /** What was healed of the same class before, newest first. */
  readonly healed: readonly Drift[];
  readonly leavesDrift: boolean;
}

/** What has become of the drift. */
type After = "open" | Extract<Healed, "healed" | "gone">;

type Act = (deps: DriftDeps, run: SweepRun, concerned: Concerned) => Promise<After>;

const ACTIONS: Record<DriftAction, Act> = {
  none: async () => "open",
  alert: async (deps, _run, { drift }) => {
    await tell(deps, drift);
    return "open";
  },
  silence: async (deps, _run, { drift }) => {
    await silence(deps, drift);
    return "open";
  },
  heal: async (deps, _run, concerned) => tryToHeal(deps, concerned),
  give_up: async (deps, run, concerned) => {
    await giveUp(deps, run, concerned);
    return "open";
  },
};

// The drift first, and its alert after it, as whoever ends it does: it may have ended since it was listed, and then nobody
// would clear the alert.
async function tell({ db, clock }: DriftDeps, drift: Drift, refusal?: AppError): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (!(await markAlerted(tx, drift.id, clock.now()))) return;
    await raiseDrift({ db: tx, clock }, drift, refusal?.message);
  });
}

async function silence({ db, clock }: DriftDeps, drift: Drift): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (!(await markSilenced(tx, drift.id))) return;
    await clearDrift({ db: tx, clock }, drift);
  });
}

async function tryToHeal(deps: DriftDeps, { number, drift, leavesDrift }: Concerned): Promise<After> {
  const healed = await heal(deps, number, drift, leavesDrift);
  if (healed === "healed" || healed === "gone") return healed;
  if (healed === "busy") return "open";
  await tell(deps, drift, healed);
  if (REFUSALS.has(healed.code))
    await postponeHealing(deps.db, drift.id, addMs(deps.clock.now(), REFUSED_MS));
  return "open";
}

// Writes down what a sweep has seen of numbers, where it is not what was known: their health, and what has begun and ended to
// differ. Never writes anything about a number that somebody changes meanwhile.
import type { Transaction } from "kysely";
import { chunksOf } from "../base/chunks.ts";
import { newId } from "../base/ids.ts";
import type { Db } from "../db/connect.ts";
import type { Tables } from "../db/tables.ts";
import { FIELD_CLASSES } from "../phone-numbers/field-class.ts";
import { findPhoneNumbersByUid, lockPhoneNumbersByUid } from "../phone-numbers/number-group-store.ts";
import { clearAttention } from "../phone-numbers/operations/attention-alert.ts";
import { ourUrls } from "../phone-numbers/operations/operation-plan.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import { type Movement, wasStill } from "../phone-numbers/stillness.ts";
import type { ClassDifference, NumberJudgement } from "../phone-numbers/verification/number-judgement.ts";
import { visibleToHolder } from "../phone-numbers/visibility.ts";
import type { ResourceConfig } from "../twilio/webhook-config.ts";
import type { NewDrift } from "./drift.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { changesNothing, type DriftPlan, driftFields, planDrift } from "./drift-plan.ts";
import { recordEnded, recordOpened } from "./drift-record.ts";
import { insertDrifts, listOpenDrifts, saveFound } from "./drift-store.ts";
import { ignoredClasses, policyTarget } from "./policy.ts";
import { listPoliciesFor } from "./policy-store.ts";
import { saveSightings } from "./sighting-store.ts";
import type { SweepCounts } from "./sweep.ts";
import type { SweepRun } from "./sweep-run.ts";

/** What a sweep has seen of a number that may have to be written down. */
export interface SeenNumber {
  readonly uid: string;
  /** As it was before Twilio was compared with it. */
  readonly before: Movement;
  readonly isThere: boolean;
  readonly isLowered: boolean;
  readonly judgement: Pick<NumberJudgement, "differences" | "unknown" | "isSure">;
  readonly observed: readonly ResourceConfig[] | undefined;
}

interface PlannedNumber {
  readonly number: PhoneNumber;
  readonly seen: SeenNumber;
  readonly plan: DriftPlan;
  readonly opened: readonly NewDrift[];
}

type Written = Pick<SweepCounts, "opened" | "ended" | "passed">;

/** Each takes an audit entry or two, and their organizations' chains are held until the transaction ends. */
const NUMBERS_PER_TRANSACTION = 100;

export async function writeSeen(
  deps: DriftDeps,
  sweep: SweepRun["sweep"],
  seen: readonly SeenNumber[],
): Promise<Written> {
  const total = { opened: 0, ended: 0, passed: 0 };
  for (const some of chunksOf(seen, NUMBERS_PER_TRANSACTION)) {
    // Most of what differs was known before, and is passed without a lock.
    const uids = some.map(({ uid }) => uid);
    const decided = await decide(deps, deps.db, sweep, await findPhoneNumbersByUid(deps.db, uids), some);
    if (decided.length === 0) continue;
    const written = await writeChanged(deps, sweep, decided);
    total.opened += written.opened;
    total.ended += written.ended;
    total.passed += written.passed;
  }
  return total;
}

async function decide(
  deps: DriftDeps,
  db: Db,
  { accountId }: SweepRun["sweep"],
  numbers: readonly PhoneNumber[],
  seen: readonly SeenNumber[],
): Promise<readonly PlannedNumber[]> {
  const uids = numbers.map(({ uid }) => uid);
  const open = Map.groupBy(await listOpenDrifts(db, uids), ({ phoneNumberUid }) => phoneNumberUid);
  const policies = await listPoliciesFor(db, accountId, numbers.map(policyTarget));
  return numbers.flatMap((number) => {
    const one = seen.find(({ uid }) => uid === number.uid);
    if (!one) return [];
    const plan = planDrift({
      number,
      ...one,
      open: open.get(number.uid) ?? [],
      ignored: ignoredClasses(policies, policyTarget(number), FIELD_CLASSES),
      ours: ourUrls(deps, number.assignment?.agentId),
    });
    const opened = plan.opens.map((difference) => newDrift(number, difference));
    return changesNothing(number, plan) ? [] : [{ number, seen: one, plan, opened }];
  });
}

function newDrift(number: PhoneNumber, difference: ClassDifference): NewDrift {
  return { id: newId("drift"), orgId: number.orgId, phoneNumberUid: number.uid, ...found(difference) };
}

function found(difference: ClassDifference) {
  const { fieldClass, verdict, reason } = difference;
  return { fieldClass, verdict, reason, fields: driftFields(difference) };
}

function writeChanged(
  deps: DriftDeps,
  sweep: SweepRun["sweep"],
  changed: readonly PlannedNumber[],
): Promise<Written> {
  const seen = changed.map((decided) => decided.seen);
  return deps.db.transaction().execute(async (tx) => {
    const locked = await lockPhoneNumbersByUid(
      tx,
      seen.map(({ uid }) => uid),
    );
    const untouched = locked.filter((number) => isUntouched(number, seen));
    const decided = await decide(deps, tx, sweep, untouched, seen);
    await write(deps, tx, sweep, decided);
    return {
      opened: decided.flatMap(({ plan }) => plan.opens).length,
      ended: decided.flatMap(({ plan }) => plan.ends).length,
      passed: changed.length - untouched.length,
    };
  });
}

/** Nobody changes the number, and nothing newer is known of it than before Twilio was compared with it. */
function isUntouched(number: PhoneNumber, seen: readonly SeenNumber[]): boolean {
  const then = seen.find(({ uid }) => uid === number.uid);
  return then !== undefined && wasStill(then.before, number);
}

async function write(
  deps: DriftDeps,
  tx: Transaction<Tables>,
  { startedAt }: SweepRun["sweep"],
  decided: readonly PlannedNumber[],
): Promise<void> {
  const sightings = decided.map(({ number, seen: { observed }, plan: { health, status, isLowered } }) => ({
    uid: number.uid,
    health,
    status,
    isLowered,
    observed: observed && visibleToHolder(number, observed),
  }));
  await saveSightings(tx, sightings, startedAt);
  const opened = decided.flatMap((one) => one.opened);
  await insertDrifts(tx, opened, deps.clock.now());
  const updates = decided.flatMap(({ plan }) => plan.updates);
  await saveFound(
    tx,
    updates.map(({ drift: { id }, difference }) => ({ id, ...found(difference) })),
  );
  // In one order for everybody, so that two transactions cannot wait for each other's chains.
  const byOrganization = decided.toSorted((a, b) => (a.number.orgId < b.number.orgId ? -1 : 1));
  for (const one of byOrganization) await record(deps, tx, one);
}

async function record(
  { clock }: Pick<DriftDeps, "clock">,
  tx: Transaction<Tables>,
  { number, plan, opened }: PlannedNumber,
): Promise<void> {
  if (plan.health !== "needs_attention") await clearAttention({ db: tx, clock }, number);
  for (const drift of opened) await recordOpened({ tx, clock }, number, drift);
  for (const { drift, reason } of plan.ends) await recordEnded({ tx, clock }, number, [drift], reason);
}

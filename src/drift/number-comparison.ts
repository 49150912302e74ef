// Compares a page of an account's numbers with what we want of them: one query, no matter how many there are, and nothing
// that is kept when the page is dealt with.
import pMap from "p-map";
import { ourUrls } from "../phone-numbers/operations/operation-plan.ts";
import { knownSince } from "../phone-numbers/stillness.ts";
import { judgeNumber, type NumberJudgement } from "../phone-numbers/verification/number-judgement.ts";
import { type RouteVerdicts, routeVerdicts } from "../phone-numbers/verification/route-verdicts.ts";
import { factsOf } from "../twilio/account-facts.ts";
import { listedNumberConfig } from "../twilio/number-config.ts";
import type { ListedNumber } from "../twilio/number-list.ts";
import { type RouteFacts, resourcesOf } from "../twilio/observed.ts";
import { readSenderIfThere } from "../twilio/senders.ts";
import type { Drift } from "./drift.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { changesNothing, planDrift } from "./drift-plan.ts";
import { listOpenDrifts } from "./drift-store.ts";
import { type SeenNumber, writeSeen } from "./number-writes.ts";
import { findSweptNumbers, type SweptNumber } from "./sighting-store.ts";
import { NOTHING_COUNTED, type SweepCounts } from "./sweep.ts";
import { keepSweep } from "./sweep-lease.ts";
import type { SweepRun } from "./sweep-run.ts";

const READ_AT_ONCE = 10;
const NONE: ReadonlySet<never> = new Set<never>();

/** A number of ours beside what the lists say of it. */
interface Compared {
  readonly number: SweptNumber;
  readonly facts: RouteFacts;
  readonly judgement: NumberJudgement;
  readonly open: readonly Drift[];
}

/** @param listed a page of the account's numbers */
export async function compareNumbers(
  deps: DriftDeps,
  run: SweepRun,
  listed: readonly ListedNumber[],
): Promise<SweepCounts> {
  const sids = listed.map(({ sid }) => sid);
  const numbers = await findSweptNumbers(deps.db, run.sweep.accountId, sids);
  const bySid = new Map(listed.map((number) => [number.sid, number]));
  const seen = numbers.map((number) => ({
    number,
    facts: factsOfNumber(run, number, bySid.get(number.sid)),
  }));
  const [open] = await Promise.all([
    listOpenDrifts(
      deps.db,
      numbers.map(({ uid }) => uid),
    ),
    keepSweep(
      deps,
      run.sweep,
      seen.map(({ number, facts }) => ({ uid: number.uid, verdicts: verdictsOf(deps, run, number, facts) })),
    ),
  ]);
  const openOf = Map.groupBy(open, ({ phoneNumberUid }) => phoneNumberUid);
  const compared = seen.flatMap(({ number, facts }) =>
    facts ? [compare(deps, number, facts, openOf.get(number.uid) ?? [])] : [],
  );
  const news = compared.filter((one) => isNews(deps, one));
  const doubtful = news.filter((one) => hasPartialSender(run, one));
  const certain = news.filter((one) => !hasPartialSender(run, one));
  const whole = (await withWholeSenders(deps, run, doubtful)).filter((one) => isNews(deps, one));
  const written = await writeSeen(deps, run.sweep, [...certain, ...whole].map(seenOf));
  const busy = numbers.filter((number) => isBusy(run, number)).length;
  return {
    ...NOTHING_COUNTED,
    ...written,
    listed: listed.length,
    compared: numbers.length,
    passed: written.passed + busy,
  };
}

/** Being changed, or changed or looked at since the sweep began, so that what the list says may be of before, or of the middle. */
function isBusy({ sweep }: SweepRun, number: SweptNumber): boolean {
  const since = knownSince(number);
  return number.openOperationId !== undefined || (since !== undefined && since > sweep.startedAt);
}

/** What the lists say of a number; undefined while that cannot be relied on. */
function factsOfNumber(
  run: SweepRun,
  number: SweptNumber,
  listed: ListedNumber | undefined,
): RouteFacts | undefined {
  if (!listed || isBusy(run, number)) return undefined;
  return factsOf(run.account, listedNumberConfig(listed), number.e164);
}

function verdictsOf(
  deps: DriftDeps,
  run: SweepRun,
  { e164, assignment }: SweptNumber,
  facts: RouteFacts | undefined,
): RouteVerdicts | undefined {
  if (!facts) return undefined;
  const verdicts = routeVerdicts(facts, ourUrls(deps, assignment?.agentId));
  // A callback that the list lacks may be there all the same.
  const isNobodyKnown = verdicts.whatsapp !== "nobody" || !isPartial(run, e164);
  return isNobodyKnown ? verdicts : { ...verdicts, whatsapp: "unknown" };
}

function compare(deps: DriftDeps, number: SweptNumber, facts: RouteFacts, open: readonly Drift[]): Compared {
  const judgement = judgeNumber(number, facts, ourUrls(deps, number.assignment?.agentId));
  return { number, facts, judgement, open };
}

/** Whether there is something to be written down, unless it is ignored; that is looked up for such numbers only. */
function isNews(deps: DriftDeps, { number, judgement, open }: Compared): boolean {
  if (judgement.differences.length > 0) return true;
  const ours = ourUrls(deps, number.assignment?.agentId);
  const { isLowered } = number;
  const plan = planDrift({ number, isThere: true, isLowered, judgement, open, ignored: NONE, ours });
  return !changesNothing(number, plan);
}

function seenOf({ number, judgement, facts }: Compared): SeenNumber {
  const { uid, isLowered } = number;
  return { uid, before: number, isThere: true, isLowered, judgement, observed: resourcesOf(facts) };
}

/** The list may lack parts of a sender's webhook; whether something differs in them, only the sender itself can say. */
function hasPartialSender(run: SweepRun, { number, judgement }: Compared): boolean {
  return judgement.differences.length > 0 && isPartial(run, number.e164);
}

function isPartial({ account: { senders } }: SweepRun, e164: string): boolean {
  return senders.known && senders.value.get(e164)?.isPartial === true;
}

/** Compares numbers with their senders as these are by themselves. One by one: Twilio shows several in lists only. */
async function withWholeSenders(
  deps: DriftDeps,
  { client }: SweepRun,
  compared: readonly Compared[],
): Promise<readonly Compared[]> {
  return pMap(
    compared,
    async (one) => {
      const { number, facts } = one;
      if (!facts.sender.known || !facts.sender.value) return one;
      const value = await readSenderIfThere(client, facts.sender.value.config.sid);
      const whole = { ...facts, sender: { known: true as const, value } };
      const judgement = judgeNumber(number, whole, ourUrls(deps, number.assignment?.agentId));
      return { ...one, facts: whole, judgement };
    },
    { concurrency: READ_AT_ONCE },
  );
}

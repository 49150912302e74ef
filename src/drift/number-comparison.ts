// Compares a page of an account's numbers with what we want of them: one query, no matter how many there are, and nothing
// that is kept when the page is dealt with.
import pMap from "p-map";
import type { IncomingPhoneNumberInstance } from "twilio/lib/rest/api/v2010/account/incomingPhoneNumber.js";
import { judgeNumber } from "../phone-numbers/number-judgement.ts";
import { ourUrls } from "../phone-numbers/operation-plan.ts";
import { findSweptNumbers, type SweptNumber } from "../phone-numbers/sweep-store.ts";
import { factsOf } from "../twilio/account-facts.ts";
import { type RouteFacts, resourcesOf } from "../twilio/observed.ts";
import { readSender } from "../twilio/senders.ts";
import { numberConfig } from "../twilio/webhook-manager.ts";
import type { Drift } from "./drift.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { listOpenDrifts } from "./drift-store.ts";
import { changesNothing, planNumber } from "./number-plan.ts";
import { type Seen, writeSeen } from "./number-writes.ts";
import { NOTHING_COUNTED, type SweepCounts } from "./sweep.ts";
import { keepSweep } from "./sweep-lease.ts";
import type { SweepRun } from "./sweep-run.ts";

const READ_AT_ONCE = 10;
const NONE: ReadonlySet<never> = new Set<never>();

/** @param listed a page of the account's numbers */
export async function compareNumbers(
  deps: DriftDeps,
  run: SweepRun,
  listed: readonly IncomingPhoneNumberInstance[],
): Promise<SweepCounts> {
  const sids = listed.map(({ sid }) => sid);
  const numbers = await findSweptNumbers(deps.db, run.sweep.accountId, sids);
  const uids = numbers.map(({ uid }) => uid);
  const [open] = await Promise.all([listOpenDrifts(deps.db, uids), keepSweep(deps, run.sweep, uids)]);
  const openOf = Map.groupBy(open, ({ phoneNumberUid }) => phoneNumberUid);
  const instances = new Map(listed.map((instance) => [instance.sid, instance]));
  const judged = await pMap(
    numbers,
    async (number) => {
      const instance = instances.get(number.sid);
      return instance && see(deps, run, number, instance, openOf.get(number.uid) ?? []);
    },
    { concurrency: READ_AT_ONCE },
  );
  const seen = judged.filter((one) => one !== undefined);
  const written = await writeSeen(deps, run.sweep, seen);
  const busy = numbers.filter((number) => isBusy(run, number)).length;
  return {
    ...NOTHING_COUNTED,
    ...written,
    listed: listed.length,
    compared: numbers.length,
    passed: written.passed + busy,
  };
}

/** Being changed, or looked at since the sweep began, so that what the list says may be of before. */
function isBusy({ sweep }: SweepRun, { openOperationId, observedAt }: SweptNumber): boolean {
  return openOperationId !== undefined || (observedAt !== undefined && observedAt > sweep.startedAt);
}

/** @returns what may have to be written down of the number; undefined where it is as it was known */
async function see(
  deps: DriftDeps,
  run: SweepRun,
  number: SweptNumber,
  instance: IncomingPhoneNumberInstance,
  open: readonly Drift[],
): Promise<Seen | undefined> {
  if (isBusy(run, number)) return undefined;
  const ours = ourUrls(deps, number.assignment?.agentId);
  const listed = factsOf(run.account, numberConfig(instance), number.e164);
  const atFirst = judgeNumber(number, listed, ours);
  const isDifferent = atFirst.differences.length > 0;
  const facts = isDifferent ? await withWholeSender(run, listed, number) : listed;
  const judgement = facts === listed ? atFirst : judgeNumber(number, facts, ours);
  const plan = planNumber({ number, isThere: true, judgement, open, ignored: NONE, ours });
  // What differs may be ignored, or not known yet; that is looked up for these only.
  if (judgement.differences.length === 0 && changesNothing(number, plan)) return undefined;
  return {
    uid: number.uid,
    observedAt: number.observedAt,
    isThere: true,
    judgement,
    observed: resourcesOf(facts),
  };
}

/** The list may lack parts of a sender's webhook; whether something differs in them, only the sender itself can say. */
async function withWholeSender(
  { account, client }: SweepRun,
  facts: RouteFacts,
  { e164 }: SweptNumber,
): Promise<RouteFacts> {
  const listed = account.senders.known ? account.senders.value.get(e164) : undefined;
  if (!listed?.isPartial) return facts;
  return { ...facts, sender: { known: true, value: await readSender(client, listed.config.sid) } };
}

// Sweeps an account: reads its lists, compares its numbers with what we want, page by page, looks for numbers that are gone,
// and does about what differs what its policy says. Changes nothing in Twilio unless a policy says so.
import { findAccount, findAccountById, type SealedAccount } from "../accounts/account-store.ts";
import { clientFor, inBatch } from "../accounts/twilio-clients.ts";
import { clearAlert, raiseAlert } from "../alerts/alert-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import { addMs } from "../base/clock.ts";
import { within } from "../base/deadline.ts";
import { MINUTE_MS } from "../base/durations.ts";
import { AppError, shownMessage } from "../base/errors.ts";
import { newUuid } from "../base/ids.ts";
import { readAccountFacts } from "../twilio/account-facts.ts";
import { firstNumberPage } from "../twilio/number-list.ts";
import { readPages } from "../twilio/sdk-pages.ts";
import { problemFromTwilio } from "../twilio/twilio-error.ts";
import { actOnDrift } from "./drift-actions.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { compareNumbers } from "./number-comparison.ts";
import { added, NOTHING_COUNTED, type Sweep, type SweepCounts } from "./sweep.ts";
import { takeSweep } from "./sweep-lease.ts";
import type { SweepRun } from "./sweep-run.ts";
import { endSweep, findSweep } from "./sweep-store.ts";
import { noteVanished } from "./vanished-numbers.ts";

/** Jobs expire after 15 minutes. */
const SWEEP_MS = 12 * MINUTE_MS;
/** Proxies and browsers wait for 30 seconds and more. */
const WAIT_MS = 25_000;

/**
 * Sweeps an account of the actor's organization now.
 *
 * @returns the sweep; it goes on in the background where it takes longer than a request may
 * @throws AppError `forbidden`, `account_not_found`, `sweep_in_progress`, `twilio_…`
 */
export async function requestSweep(deps: DriftDeps, actor: Actor, accountId: string): Promise<Sweep> {
  requireRole(actor, "admin");
  const account = await requireAccount(deps, actor, accountId);
  const sweeping = carryOut(deps, account, await begin(deps, account));
  // Where nobody waits for it any more, the sweep's own record and its alert tell of a failure.
  deps.requestedSweeps.follow(sweeping);
  await within(deps.clock, WAIT_MS, sweeping);
  return getSweep(deps, actor, accountId);
}

/** The last sweep of an account. @throws AppError `forbidden`, `account_not_found`, `not_found` when there was none */
export async function getSweep(
  { db }: Pick<DriftDeps, "db">,
  actor: Actor,
  accountId: string,
): Promise<Sweep> {
  requireRole(actor, "admin");
  await requireAccount({ db }, actor, accountId);
  const found = await findSweep(db, accountId);
  if (!found) {
    throw new AppError("not_found", {
      detail: "The account was not swept yet. POST here to have it swept now.",
    });
  }
  return found;
}

async function requireAccount(
  { db }: Pick<DriftDeps, "db">,
  actor: Actor,
  accountId: string,
): Promise<SealedAccount> {
  const account = await findAccount(db, actor.orgId, accountId);
  if (!account) throw new AppError("account_not_found");
  return account;
}

/** What the job of an account does. One that another node is at, or that is gone, is left alone. */
export async function sweepAccount(deps: DriftDeps, accountId: string): Promise<void> {
  const account = await findAccountById(deps.db, accountId);
  if (!account) return;
  try {
    await carryOut(deps, account, await begin(deps, account));
  } catch (error) {
    if (!isInProgress(error)) throw error;
  }
}

function isInProgress(error: unknown): boolean {
  return error instanceof AppError && error.code === "sweep_in_progress";
}

type Begun = SweepRun["sweep"];

/** @throws AppError `sweep_in_progress` */
async function begin(deps: DriftDeps, { id: accountId }: SealedAccount): Promise<Begun> {
  const begun = { accountId, id: newUuid(), startedAt: deps.clock.now() };
  await takeSweep(deps, begun);
  return begun;
}

/** @throws AppError; a failure is told to the account's operator as well */
async function carryOut(deps: DriftDeps, account: SealedAccount, begun: Begun): Promise<SweepCounts> {
  const { db, clock, log } = deps;
  const { id: accountId, orgId } = account;
  const key = `sweep_failed:${accountId}`;
  try {
    const counts = await run(deps, account, begun);
    const at = clock.now();
    if (await endSweep(db, begun, { at, counts })) await clearAlert(deps, { orgId, key });
    const durationMs = at.getTime() - begun.startedAt.getTime();
    log.info({ accountId, orgId, ...counts, durationMs }, "sweep.completed");
    return counts;
  } catch (error) {
    const problem = problemFromTwilio(error);
    // Another sweep has taken its place, and tells how that ended.
    if (isInProgress(problem)) throw problem;
    const failure = shownMessage(problem);
    log.error({ accountId, orgId, err: error }, "sweep.failed");
    if (await endSweep(db, begun, { at: clock.now(), failure })) {
      await raiseAlert(deps, failed(account, key, failure));
    }
    throw problem;
  }
}

async function run(deps: DriftDeps, account: SealedAccount, begun: SweepRun["sweep"]): Promise<SweepCounts> {
  const { clock } = deps;
  const until = addMs(begun.startedAt, SWEEP_MS);
  const client = clientFor(inBatch(deps), account);
  // On its way while the other lists are read.
  const first = firstNumberPage(client);
  // What fails while nobody waits for it is heard of below.
  first.catch(() => {});
  // Of every channel, managed or not: who answers is said of all numbers.
  const facts = await readAccountFacts(client, { sms: true, whatsapp: true }, { clock, until });
  const sweepRun = { sweep: begun, client, account: facts, until };
  let counts = NOTHING_COUNTED;
  const isWhole = await readPages(
    () => first,
    { clock, until, isAhead: true },
    async (numbers) => {
      counts = added(counts, await compareNumbers(deps, sweepRun, numbers));
    },
  );
  // What a list that was not read to its end does not contain is not gone.
  if (!isWhole) {
    throw new AppError("twilio_unavailable", {
      detail:
        `Only ${counts.listed} of the account's numbers were read in the ${SWEEP_MS / MINUTE_MS} minutes that a sweep ` +
        "has. The next sweep begins anew.",
    });
  }
  counts = added(counts, await noteVanished(deps, sweepRun));
  return added(counts, await actOnDrift(deps, sweepRun));
}

function failed({ orgId, id, sid }: SealedAccount, key: string, failure: string) {
  return {
    orgId,
    kind: "sweep_failed",
    key,
    severity: "warning",
    title: "A Twilio account could not be swept",
    detail: `What somebody changes in it goes unnoticed until a sweep succeeds. ${failure}`,
    facts: { accountId: id, accountSid: sid },
  } as const;
}

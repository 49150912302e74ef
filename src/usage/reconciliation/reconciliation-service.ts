import { findAccount, type SealedAccount } from "../../accounts/account-store.ts";
import { clientFor, inBatch } from "../../accounts/twilio-clients.ts";
import { invalidInput } from "../../api/api.ts";
import { appendAudit } from "../../audit/audit-service.ts";
import { type Actor, requireRole } from "../../auth/actor.ts";
import { addMs } from "../../base/clock.ts";
import { MINUTE_MS } from "../../base/durations.ts";
import { AppError } from "../../base/errors.ts";
import { problemFromTwilio } from "../../twilio/twilio-error.ts";
import { today } from "../day.ts";
import { compareDays } from "./comparison.ts";
import { type Comparison, listComparisons } from "./comparison-store.ts";
import type { Counts } from "./counts.ts";
import { reconcileWindow } from "./reconciliation.ts";
import type { RunDeps } from "./runs.ts";
import { windowOfDays } from "./window.ts";

/** UTC days of one account, both included. */
export interface AccountDays {
  readonly accountId: string;
  readonly from: string;
  readonly to: string;
}

/** Somebody waits for the answer; when time runs out it says so, and asking again goes on where it matters. */
const RUN_MS = 5 * MINUTE_MS;

/**
 * Reads Twilio's records of some days now, and compares the days. What was recorded before a failure stays.
 *
 * @throws AppError `forbidden`, `account_not_found`, `invalid_input` for days to come, `credentials_unreadable`, `twilio_…`
 */
export async function reconcileUsage(deps: RunDeps, actor: Actor, input: AccountDays): Promise<Counts> {
  const account = await ownAccount(deps, actor, input.accountId);
  if (input.to > today(deps.clock)) {
    throw invalidInput([{ path: ["to"], message: "Not after today, which is a day in UTC" }]);
  }
  const client = clientFor(inBatch(deps), account);
  await audit(deps, actor, input);
  const now = deps.clock.now();
  try {
    const counts = await reconcileWindow(deps, client, windowOfDays(input, now), addMs(now, RUN_MS));
    await compareDays(deps, client, input);
    return counts;
  } catch (error) {
    throw problemFromTwilio(error);
  }
}

/**
 * How the days compared with Twilio's Usage Records when they were last looked at.
 *
 * @throws AppError `forbidden`, `account_not_found`
 */
export async function compareUsage(
  deps: Pick<RunDeps, "db">,
  actor: Actor,
  input: AccountDays,
): Promise<readonly Comparison[]> {
  const account = await ownAccount(deps, actor, input.accountId);
  return listComparisons(deps.db, account.sid, input);
}

/** Only who has connected an account may see all of its traffic; whoever holds one of its numbers sees that in /api/usage. */
async function ownAccount(
  { db }: Pick<RunDeps, "db">,
  actor: Actor,
  accountId: string,
): Promise<SealedAccount> {
  requireRole(actor, "admin");
  const account = await findAccount(db, actor.orgId, accountId);
  if (!account) throw new AppError("account_not_found");
  return account;
}

/** Before anything is done: what was recorded until a failure stays, and must be accounted for. */
async function audit(
  { db, clock }: RunDeps,
  actor: Actor,
  { accountId, from, to }: AccountDays,
): Promise<void> {
  const event = {
    action: "usage.reconcile",
    target: { type: "twilio_account", id: accountId },
    before: null,
    after: { from, to },
    outcome: "committed",
  } as const;
  await db.transaction().execute((tx) => appendAudit(tx, clock, actor, event));
}

// What a unit of usage costs an organization's own customers, and since when. Costs are computed when they are read, so
// a rate that begins in the past changes what the past has cost.
import { appendAudit } from "../audit/audit-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Db } from "../db/connect.ts";
import { today } from "./day.ts";
import type { Rate, ReplaceRates } from "./rate.ts";
import { deleteRatesFrom, insertRates, listRates, lockRates } from "./rate-store.ts";

export interface RateDeps {
  readonly db: Db;
  readonly clock: Clock;
}

/** The organization's rates, the past and the coming ones as well. */
export async function listUsageRates({ db }: Pick<RateDeps, "db">, actor: Actor): Promise<readonly Rate[]> {
  return listRates(db, actor.orgId);
}

/**
 * Puts these rates in the place of those that begin on the same day. Other rates stay as they are, and good until one of
 * their kind, direction and unit begins.
 *
 * @returns all rates, as they are now
 * @throws AppError `forbidden`, `invalid_input` for a second currency
 */
export async function replaceUsageRates(
  deps: RateDeps,
  actor: Actor,
  input: ReplaceRates,
): Promise<readonly Rate[]> {
  requireRole(actor, "admin");
  const { orgId } = actor;
  const { currency, rates, effectiveFrom = today(deps.clock) } = input;
  return deps.db.transaction().execute(async (tx) => {
    await lockRates(tx, orgId);
    const before = await listRates(tx, orgId);
    requireOneCurrency(
      before.filter((rate) => rate.effectiveFrom !== effectiveFrom),
      currency,
    );
    await deleteRatesFrom(tx, orgId, effectiveFrom);
    await insertRates(tx, orgId, { currency, effectiveFrom }, rates);
    const after = await listRates(tx, orgId);
    await appendAudit(tx, deps.clock, actor, {
      action: "usage_rate.replace",
      target: { type: "usage_rate", id: effectiveFrom },
      before: auditView(before, effectiveFrom),
      after: auditView(after, effectiveFrom),
      outcome: "committed",
    });
    return after;
  });
}

/** Costs of two currencies have no sum, and a report has one. */
function requireOneCurrency(others: readonly Rate[], currency: string): void {
  const other = others.find((rate) => rate.currency !== currency);
  if (!other) return;
  throw new AppError("invalid_input", {
    detail:
      `currency: the organization's rates are in ${other.currency}, and all of them must be in one currency. ` +
      `Give these in ${other.currency}, or first replace those that begin on ${other.effectiveFrom}. Nothing was changed.`,
  });
}

function auditView(rates: readonly Rate[], effectiveFrom: string) {
  return rates
    .filter((rate) => rate.effectiveFrom === effectiveFrom)
    .map(({ kind, direction, unit, amount, currency }) => ({ kind, direction, unit, amount, currency }));
}

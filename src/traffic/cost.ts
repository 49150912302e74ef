// What a call or a message costs at the organization's own rates, in SQL and in exact decimals.
import { type RawBuilder, sql } from "kysely";
import type { Money } from "./money.ts";

export interface Costed {
  readonly table: "call" | "message";
  /** Of the ledger: voice, sms, mms or whatsapp. */
  readonly kind: RawBuilder<string>;
  /** Whether the row, as it stands, is charged at all. */
  readonly isCharged: RawBuilder<boolean>;
  /** How much there is of `rate.unit`. */
  readonly quantity: RawBuilder<number>;
}

/**
 * The sum over the rates that held on the UTC day on which the row began. Null where nothing is charged, no rate held,
 * or the rates are of several currencies: those have no sum.
 */
export function costOf({ table, kind, isCharged, quantity }: Costed): RawBuilder<Money | null> {
  const day = sql`(${sql.ref(`${table}.started_at`)} at time zone 'UTC')::date`;
  return sql`(
    select case when count(distinct rate.currency) = 1 then json_build_object(
      'amount', trim_scale(sum(rate.amount * ${quantity}))::text,
      'currency', min(rate.currency)
    ) end
    from usage_rate_period as rate
    where ${isCharged}
      and rate.org_id = ${sql.ref(`${table}.org_id`)}
      and rate.kind = ${kind}
      and rate.direction = ${sql.ref(`${table}.direction`)}
      and rate.effective_from <= ${day}
      and (rate.effective_until is null or rate.effective_until > ${day})
  )`;
}

/** What Twilio charges for it; null until Twilio says so, which takes up to a day. */
export function priceOf(table: Costed["table"]): RawBuilder<Money | null> {
  const [price, unit] = [sql.ref(`${table}.price`), sql.ref(`${table}.price_unit`)];
  return sql`case when ${price} is not null and ${unit} is not null then json_build_object(
    'amount', trim_scale(${price})::text, 'currency', ${unit}
  ) end`;
}

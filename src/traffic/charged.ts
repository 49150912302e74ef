// What is charged, in SQL. The ledger (charge-statement.ts) and the cost that a call or message shows (call-store.ts,
// message-store.ts) go by it.
import { type RawBuilder, sql } from "kysely";
import { MESSAGE_LEFT_ORDER } from "./message-status.ts";

/** A call that was completed, once it is known how long it took. @param call the table, or what it is called there */
export function isCallCharged(call: string): RawBuilder<boolean> {
  return sql`(${sql.ref(`${call}.status`)} = 'completed' and ${sql.ref(`${call}.duration_seconds`)} is not null)`;
}

/** A message that came in or has left; what failed or was canceled is past that point as well, and costs nothing. */
export function isMessageCharged(message: string): RawBuilder<boolean> {
  return sql`(${sql.ref(`${message}.status_order`)} >= ${sql.lit(MESSAGE_LEFT_ORDER)}
    and ${sql.ref(`${message}.status`)} not in ('failed', 'canceled'))`;
}

/** One until Twilio has said how many. */
export function chargedSegments(message: string): RawBuilder<number> {
  return sql`coalesce(${sql.ref(`${message}.segments`)}, 1)`;
}

/** Of one leg: each is rounded up by itself, as Twilio bills it. */
export function minutesOf(seconds: RawBuilder<unknown>): RawBuilder<number> {
  return sql`ceil(${seconds} / 60.0)`;
}

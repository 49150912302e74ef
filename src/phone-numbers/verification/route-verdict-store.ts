import { sql } from "kysely";
import type { Db } from "../../db/connect.ts";
import type { Verdict } from "../../twilio/verdict.ts";
import type { RouteVerdicts } from "./route-verdicts.ts";

export interface SeenVerdicts extends RouteVerdicts {
  readonly seenAt: Date;
}

/** What somebody who looked at one number saw. */
export async function saveVerdicts(
  tx: Db,
  uid: string,
  { voice, sms, whatsapp }: RouteVerdicts,
  seenAt: Date,
): Promise<void> {
  const seen = { voice, sms, whatsapp, verdicts_seen_at: seenAt };
  await tx
    .insertInto("swept_number")
    .values({ phone_number_uid: uid, sweep_id: null, ...seen })
    .onConflict((conflict) => conflict.column("phone_number_uid").doUpdateSet(seen))
    .execute();
}

/** Who answers these numbers, by their uids; of one that was changed since it was looked at, nothing. */
export async function findVerdicts(
  db: Db,
  uids: readonly string[],
): Promise<ReadonlyMap<string, SeenVerdicts>> {
  const rows = await db
    .selectFrom("swept_number")
    .innerJoin("phone_number", "uid", "phone_number_uid")
    .select(["uid", "voice", "sms", "whatsapp", "verdicts_seen_at"])
    .where(sql<boolean>`uid = any(${sql.val(uids)}::uuid[])`)
    .where(areCurrent)
    .execute();
  return new Map(
    rows.flatMap(({ uid, voice, sms, whatsapp, verdicts_seen_at: seenAt }) =>
      // Written by this file, and by a sweep, only.
      seenAt ? [[uid, { ...({ voice, sms, whatsapp } as RouteVerdicts), seenAt }]] : [],
    ),
  );
}

/** Whether a row of `swept_number` tells of the number as it is, as far as we know. */
const areCurrent = sql<boolean>`coalesce(greatest(observed_at, settled_at) <= verdicts_seen_at, true)`;

/** How many of an organization's numbers have this verdict, on one channel at least; `limit` at most. */
export async function countWithVerdict(
  db: Db,
  orgId: string,
  verdict: Verdict,
  limit: number,
): Promise<number> {
  const found = db
    .selectFrom("phone_number")
    .select("uid")
    .where("org_id", "=", orgId)
    .where(hasVerdict(verdict))
    .limit(limit);
  const { count } = await db
    .selectFrom(found.as("found"))
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

/** Whether a row of `phone_number` is of a number that has this verdict, on one channel at least. */
export function hasVerdict(verdict: Verdict) {
  return sql<boolean>`exists (select from swept_number where phone_number_uid = phone_number.uid
    and ${sql.lit(verdict)} in (voice, sms, whatsapp) and ${areCurrent})`;
}

import { type Selectable, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import { jsonb, plainJsonb } from "../db/jsonb.ts";
import type { SweepTable } from "../db/tables/drift.ts";
import type { RouteVerdicts } from "../phone-numbers/verification/route-verdicts.ts";
import type { Sweep, SweepCounts } from "./sweep.ts";

/** Begins a sweep of an account. @returns false while another one is at it */
export async function beginSweep(
  db: Db,
  { accountId, id, startedAt }: Pick<Sweep, "accountId" | "id" | "startedAt">,
  leaseUntil: Date,
): Promise<boolean> {
  const begun = { id, started_at: startedAt, lease_until: leaseUntil, ended_at: null, failure: null };
  const row = await db
    .insertInto("sweep")
    .values({ account_id: accountId, ...begun, counts: null, completed_at: null })
    .onConflict((conflict) =>
      conflict
        .column("account_id")
        .doUpdateSet(begun)
        .where((eb) =>
          eb.or([eb("sweep.lease_until", "is", null), eb("sweep.lease_until", "<=", startedAt)]),
        ),
    )
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

export interface SweptVerdicts {
  readonly uid: string;
  /** Undefined where what the lists say may be of the middle of a change. */
  readonly verdicts: RouteVerdicts | undefined;
}

/** Notes that these numbers were seen and who answers them, and renews the lease. @returns false when somebody else sweeps meanwhile */
export async function markSwept(
  db: Db,
  { accountId, id, startedAt }: Pick<Sweep, "accountId" | "id" | "startedAt">,
  numbers: readonly SweptVerdicts[],
  leaseUntil: Date,
): Promise<boolean> {
  const seen = numbers.map(({ uid, verdicts }) => ({ uid, ...verdicts }));
  const { rows } = await sql`with held as (
      update sweep set lease_until = ${leaseUntil} where account_id = ${accountId} and id = ${id}
        and lease_until is not null returning id
    ), seen as (
      insert into swept_number as known (phone_number_uid, sweep_id, voice, sms, whatsapp, verdicts_seen_at)
      select uid, held.id, voice, sms, whatsapp, case when voice is null then null else ${startedAt}::timestamptz end
      from held, jsonb_to_recordset(${plainJsonb(seen)}) as seen (uid uuid, voice text, sms text, whatsapp text)
      on conflict (phone_number_uid) do update set sweep_id = excluded.sweep_id,
        voice = coalesce(excluded.voice, known.voice), sms = coalesce(excluded.sms, known.sms),
        whatsapp = coalesce(excluded.whatsapp, known.whatsapp),
        verdicts_seen_at = coalesce(excluded.verdicts_seen_at, known.verdicts_seen_at)
    ) select id from held`.execute(db);
  return rows.length === 1;
}

/** @returns false when another sweep has taken its place, and nothing was noted */
export async function endSweep(
  tx: Db,
  { accountId, id }: Pick<Sweep, "accountId" | "id">,
  end: { readonly at: Date; readonly failure?: string; readonly counts?: SweepCounts },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("sweep")
    .set({
      lease_until: null,
      ended_at: end.at,
      failure: end.failure ?? null,
      ...(end.counts ? { counts: jsonb({ ...end.counts }), completed_at: end.at } : {}),
    })
    .where("account_id", "=", accountId)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function findSweep(db: Db, accountId: string): Promise<Sweep | undefined> {
  const row = await db.selectFrom("sweep").selectAll().where("account_id", "=", accountId).executeTakeFirst();
  return row && sweepFromRow(row);
}

/** Ends the leases of a process that is known to be gone: the embedded database has one process at a time. */
export async function expireSweeps(db: Db, now: Date): Promise<void> {
  await db.updateTable("sweep").set({ lease_until: now }).where("lease_until", "is not", null).execute();
}

/** The connections that have numbers, whose accounts are worth a sweep. */
export async function listSweepable(db: Db): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("twilio_account as a")
    .select("a.id")
    .where((eb) =>
      eb.exists(eb.selectFrom("phone_number as n").select("n.uid").whereRef("n.account_id", "=", "a.id")),
    )
    .orderBy("a.id")
    .execute();
  return rows.map(({ id }) => id);
}

function sweepFromRow(row: Selectable<SweepTable>): Sweep {
  return {
    accountId: row.account_id,
    id: row.id,
    leaseUntil: row.lease_until ?? undefined,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    failure: row.failure ?? undefined,
    // Written by this file only.
    counts: (row.counts as SweepCounts | null) ?? undefined,
    completedAt: row.completed_at ?? undefined,
  };
}

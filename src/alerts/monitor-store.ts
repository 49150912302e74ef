// How far Twilio's alerts were read, which of them were counted, and whose the numbers are that they are about.
import type { Db } from "../db/connect.ts";
import type { MonitorAlert } from "./monitor-alert.ts";

export async function findPosition(db: Db, accountSid: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom("monitor_position")
    .select("read_until")
    .where("account_sid", "=", accountSid)
    .executeTakeFirst();
  return row?.read_until;
}

export async function savePosition(db: Db, accountSid: string, readUntil: Date): Promise<void> {
  await db
    .insertInto("monitor_position")
    .values({ account_sid: accountSid, read_until: readUntil })
    .onConflict((conflict) => conflict.column("account_sid").doUpdateSet({ read_until: readUntil }))
    .execute();
}

/** Which of these were counted already. */
export async function listCounted(
  db: Db,
  accountSid: string,
  sids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (sids.length === 0) return new Set();
  const rows = await db
    .selectFrom("monitor_alert")
    .select("sid")
    .where("account_sid", "=", accountSid)
    .where("sid", "in", sids)
    .execute();
  return new Set(rows.map(({ sid }) => sid));
}

/** Claims alerts to be counted. @returns the SIDs of those that nobody else has counted */
export async function claimCounting(
  tx: Db,
  accountSid: string,
  alerts: readonly Pick<MonitorAlert, "sid" | "generatedAt">[],
): Promise<ReadonlySet<string>> {
  if (alerts.length === 0) return new Set();
  const rows = await tx
    .insertInto("monitor_alert")
    .values(
      alerts.map(({ sid, generatedAt }) => ({ account_sid: accountSid, sid, generated_at: generatedAt })),
    )
    .onConflict((conflict) => conflict.columns(["account_sid", "sid"]).doNothing())
    .returning("sid")
    .execute();
  return new Set(rows.map(({ sid }) => sid));
}

/** @returns how many */
export async function forgetCountedBefore(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("monitor_alert")
    .where("generated_at", "<", before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** The address of ours in a call or message, or a number's own, by the SID of each that is known here. */
export async function listAddresses(
  db: Db,
  accountSid: string,
  sids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (sids.length === 0) return new Map();
  const traffic = (table: "call" | "message") =>
    db
      .selectFrom(table)
      .select([
        "sid",
        (eb) =>
          eb
            .case()
            .when("direction", "=", "inbound")
            .then(eb.ref("to_address"))
            .else(eb.ref("from_address"))
            .end()
            .as("address"),
      ])
      .where("account_sid", "=", accountSid)
      .where("sid", "in", sids)
      .execute();
  const numbers = db
    .selectFrom("phone_number")
    .select(["sid", "e164 as address"])
    .where("account_sid", "=", accountSid)
    .where("sid", "in", sids)
    .execute();
  const rows = [...(await traffic("call")), ...(await traffic("message")), ...(await numbers)];
  return new Map(rows.map(({ sid, address }) => [sid, address]));
}

export interface Tenure {
  readonly orgId: string;
  readonly phoneNumberUid: string;
  readonly e164: string;
  readonly since: Date;
}

/** Who held these numbers from when on, the latest first. */
export async function listTenures(
  db: Db,
  accountSid: string,
  e164s: readonly string[],
): Promise<readonly Tenure[]> {
  if (e164s.length === 0) return [];
  return db
    .selectFrom("number_tenure")
    .select(["org_id as orgId", "phone_number_uid as phoneNumberUid", "e164", "since"])
    .where("account_sid", "=", accountSid)
    .where("e164", "in", e164s)
    .orderBy("since", "desc")
    .execute();
}

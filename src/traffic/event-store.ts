import type { Json } from "../base/json.ts";
import type { Db } from "../db/connect.ts";
import type { StatusEvent } from "./traffic-report.ts";

/** Twilio sends a handful; this is against somebody who makes it send more. */
const MAX_EVENTS = 200;

/** The status callbacks of one call or message, in the order in which they came. */
export async function listStatusEvents(
  db: Db,
  { accountSid, sid }: { readonly accountSid: string; readonly sid: string },
): Promise<readonly StatusEvent[]> {
  const rows = await db
    .selectFrom("status_event")
    .selectAll()
    .where("account_sid", "=", accountSid)
    .where("sid", "=", sid)
    .orderBy("received_at")
    .orderBy("id")
    .limit(MAX_EVENTS)
    .execute();
  return rows.map((row) => ({
    accountSid: row.account_sid,
    sid: row.sid,
    status: row.status,
    discriminator: row.discriminator,
    // Only ever written from a StatusEvent.
    params: row.params as Json,
    receivedAt: row.received_at,
  }));
}

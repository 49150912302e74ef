import type { Json } from "../base/json.ts";
import type { Db } from "../db/connect.ts";
import { jsonb } from "../db/tables.ts";

export interface StatusEvent {
  readonly accountSid: string;
  /** CA… or SM… */
  readonly sid: string;
  readonly status: string;
  /** SequenceNumber of a call's callback, EventType of a message's: what tells two callbacks of one status apart. */
  readonly discriminator: string;
  /** Everything that Twilio sent; new parameters appear without notice. */
  readonly params: Json;
  readonly receivedAt: Date;
}

/** @returns false when the same callback is stored already */
export async function insertStatusEvent(db: Db, event: StatusEvent): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("status_event")
    .values({
      account_sid: event.accountSid,
      sid: event.sid,
      status: event.status,
      discriminator: event.discriminator,
      params: jsonb(event.params),
      received_at: event.receivedAt,
    })
    .onConflict((conflict) => conflict.columns(["account_sid", "sid", "status", "discriminator"]).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

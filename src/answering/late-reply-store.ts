import type { Db } from "../db/connect.ts";

/** Claims the reply to a message. @returns false when somebody has it already: it is being sent, or was */
export async function claimLateReply(
  db: Db,
  message: { readonly accountSid: string; readonly sid: string },
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("late_reply")
    .values({ account_sid: message.accountSid, message_sid: message.sid, claimed_at: now })
    .onConflict((conflict) => conflict.columns(["account_sid", "message_sid"]).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

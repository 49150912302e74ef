import type { Db } from "../db/connect.ts";
import type { Route } from "./route.ts";

/**
 * Notes that Twilio holds something other than what we want. Only of a number that was thought to be fine: one that is
 * being changed will be read anyway, and the other states say more.
 */
export async function markDrifted(
  db: Db,
  { phoneNumberUid, agentId }: Pick<Route, "phoneNumberUid" | "agentId">,
): Promise<void> {
  await db
    .updateTable("phone_number")
    .set({ health: "drifted" })
    .where("uid", "=", phoneNumberUid)
    .where("agent_id", "=", agentId)
    .where("health", "=", "ok")
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("operation")
            .select("operation.id")
            .where("operation.phone_number_uid", "=", phoneNumberUid)
            .where("operation.state", "=", "open"),
        ),
      ),
    )
    .execute();
}

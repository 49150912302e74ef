import { type MessageAnswer, messageAnswerSchema } from "../agents/message-answer.ts";
import { type VoiceAnswer, voiceAnswerSchema } from "../agents/voice-answer.ts";
import type { Db } from "../db/connect.ts";

/** Who answers a number. */
export interface Route {
  readonly orgId: string;
  readonly phoneNumberId: string;
  readonly agentId: string;
  readonly voice: VoiceAnswer;
  readonly messaging: MessageAnswer;
}

/** The agent that is assigned to a number. What the URL says about agents is not asked: the assignment decides. */
export async function findRoute(db: Db, accountSid: string, e164: string): Promise<Route | undefined> {
  const row = await db
    .selectFrom("phone_number")
    .innerJoin("agent", (join) =>
      join.onRef("agent.org_id", "=", "phone_number.org_id").onRef("agent.id", "=", "phone_number.agent_id"),
    )
    .select([
      "phone_number.org_id as orgId",
      "phone_number.id as phoneNumberId",
      "agent.id as agentId",
      "agent.voice",
      "agent.messaging",
    ])
    .where("phone_number.account_sid", "=", accountSid)
    .where("phone_number.e164", "=", e164)
    .executeTakeFirst();
  return (
    row && {
      ...row,
      voice: voiceAnswerSchema.parse(row.voice),
      messaging: messageAnswerSchema.parse(row.messaging),
    }
  );
}

// Meanwhile: the routing table in memory takes the place of this.
import { messageAnswerSchema } from "./agents/message-answer.ts";
import { voiceAnswerSchema } from "./agents/voice-answer.ts";
import { openWebhookSecrets, signingSecrets } from "./agents/webhook-secrets.ts";
import type { FindRoute } from "./answering/route.ts";
import type { HttpDeps } from "./http/app.ts";

type RouteDeps = Pick<HttpDeps, "db" | "vault" | "clock" | "log">;

export function findRouteBySql(deps: RouteDeps): FindRoute {
  return async (accountSid, e164) => {
    const row = await deps.db
      .selectFrom("phone_number")
      .innerJoin("agent", (join) =>
        join
          .onRef("agent.org_id", "=", "phone_number.org_id")
          .onRef("agent.id", "=", "phone_number.agent_id"),
      )
      .select([
        "phone_number.org_id as orgId",
        "phone_number.id as phoneNumberId",
        "phone_number.uid as phoneNumberUid",
        "agent.id as agentId",
        "agent.voice",
        "agent.messaging",
        "agent.webhook_secrets as sealed",
      ])
      .where("phone_number.account_sid", "=", accountSid)
      .where("phone_number.e164", "=", e164)
      .executeTakeFirst();
    if (!row) return undefined;
    const { sealed, ...facts } = row;
    return {
      ...facts,
      e164,
      voice: voiceAnswerSchema.parse(row.voice),
      messaging: messageAnswerSchema.parse(row.messaging),
      webhookSecrets: sealed === null ? [] : secretsOf(deps, { orgId: row.orgId, id: row.agentId }, sealed),
    };
  };
}

function secretsOf(
  { vault, clock, log }: RouteDeps,
  owner: Parameters<typeof openWebhookSecrets>[1],
  sealed: string,
): readonly string[] {
  try {
    return signingSecrets(openWebhookSecrets(vault, owner, sealed), clock.now());
  } catch (error) {
    log.error({ err: error, agentId: owner.id }, "agent.webhook_secrets_unreadable");
    return [];
  }
}

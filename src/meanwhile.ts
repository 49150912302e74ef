// Meanwhile: the routing table in memory and the sending of replies take the place of these two.
import { messageAnswerSchema } from "./agents/message-answer.ts";
import { voiceAnswerSchema } from "./agents/voice-answer.ts";
import { openWebhookSecrets, signingSecrets } from "./agents/webhook-secrets.ts";
import type { FindRoute } from "./answering/route.ts";
import type { HttpDeps } from "./http/app.ts";
import { clientForNumber } from "./phone-numbers/operation-plan.ts";
import { findPhoneNumber } from "./phone-numbers/phone-number-store.ts";
import type { SendReply } from "./traffic/send-reply.ts";
import { webhookUrls } from "./twilio/webhook-urls.ts";

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

type SendDeps = Parameters<typeof clientForNumber>[0] & Pick<HttpDeps, "log">;

export function sendReplyDirectly(deps: SendDeps): SendReply {
  return async ({ from, to, text, mediaUrls = [], holder }) => {
    try {
      const number = await findPhoneNumber(deps.db, holder.orgId, holder.phoneNumberId);
      if (!number) return;
      const client = await clientForNumber(deps, number);
      await client.sdk.messages.create({
        from,
        to,
        statusCallback: webhookUrls(deps.publicUrl, "").statusUrl,
        ...(text === undefined ? {} : { body: text }),
        ...(mediaUrls.length === 0 ? {} : { mediaUrl: [...mediaUrls] }),
      });
    } catch (error) {
      deps.log.error({ err: error }, "reply.not_sent");
    }
  };
}

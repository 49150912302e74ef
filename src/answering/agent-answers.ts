import { messageAnswerSchema } from "../agents/message-answer.ts";
import { voiceAnswerSchema } from "../agents/voice-answer.ts";
import type { Logger } from "../base/log.ts";
import type { WebhookSecrets } from "../outbound/webhook-secrets.ts";
import { type AgentAnswers, STAND_IN } from "./route.ts";
import type { StoredAgent } from "./routing-store.ts";

export interface AnswersDeps {
  readonly log: Logger;
  /** The secrets that sign the requests to an agent's own endpoints. May throw when they cannot be read. */
  readonly openSecrets: (agent: StoredAgent) => WebhookSecrets | undefined;
}

/**
 * What is stored of an agent, as far as this version understands it. An older or a newer version may have written it,
 * and one agent must not take the others down; so what cannot be understood stays as it was `before`, and is logged.
 */
export function answersFrom(
  deps: AnswersDeps,
  stored: StoredAgent,
  before: AgentAnswers = STAND_IN,
): AgentAnswers {
  const understand = <T>(what: keyof AgentAnswers, read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      const { orgId, id } = stored;
      deps.log.error({ orgId, agentId: id, what, err: error }, "agent.not_understood");
      return otherwise;
    }
  };
  return {
    voice: understand("voice", () => voiceAnswerSchema.parse(stored.voice), before.voice),
    messaging: understand("messaging", () => messageAnswerSchema.parse(stored.messaging), before.messaging),
    webhookSecrets: understand("webhookSecrets", () => deps.openSecrets(stored), before.webhookSecrets),
  };
}

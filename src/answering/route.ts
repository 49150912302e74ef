import type { MessageAnswer } from "../agents/message-answer.ts";
import type { VoiceAnswer } from "../agents/voice-answer.ts";
import type { WebhookSecrets } from "../outbound/webhook-secrets.ts";
import type { Holder } from "../traffic/traffic-report.ts";

/** How an agent answers. */
export interface AgentAnswers {
  /** As this version last understood it; an apology where it never did. */
  readonly voice: VoiceAnswer;
  /** As this version last understood it; no reply where it never did. */
  readonly messaging: MessageAnswer;
  /** What signs the requests to the agent's own endpoints; undefined while it has none, or none that can be read. */
  readonly webhookSecrets: WebhookSecrets | undefined;
}

/** Who answers a number, and how. */
export interface Route extends AgentAnswers {
  /** The holder of the number, whose agent it is. */
  readonly orgId: string;
  /** The organization in whose Twilio account the number is. */
  readonly operatorOrgId: string;
  readonly phoneNumberId: string;
  readonly phoneNumberUid: string;
  readonly e164: string;
  readonly agentId: string;
}

/** In the place of answers that cannot be understood: a caller must never hear Twilio's "application error". */
export const STAND_IN: AgentAnswers = {
  voice: {
    kind: "say",
    text: "We are sorry. We cannot answer your call right now. Please try again later.",
    language: "en-US",
  },
  messaging: { kind: "none" },
  webhookSecrets: undefined,
};

export function holderOf({ orgId, phoneNumberId, agentId }: Route): Holder {
  return { orgId, phoneNumberId, agentId };
}

/** What a log line says of a route: ids, and no whole phone number. */
export function loggedRoute(route: Route | undefined) {
  return { orgId: route?.orgId, phoneNumberId: route?.phoneNumberId, agentId: route?.agentId };
}

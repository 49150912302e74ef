import type { MessageAnswer } from "../agents/message-answer.ts";
import type { VoiceAnswer } from "../agents/voice-answer.ts";
import type { Holder } from "../traffic/traffic-report.ts";

/** Who answers a number. */
export interface Route {
  readonly orgId: string;
  readonly phoneNumberId: string;
  /** Stays the same when the number changes hands. */
  readonly phoneNumberUid: string;
  readonly e164: string;
  readonly agentId: string;
  readonly voice: VoiceAnswer;
  readonly messaging: MessageAnswer;
  /** What signs the agent's webhooks now, the newest first; empty while it has none. */
  readonly webhookSecrets: readonly string[];
}

/** The agent that a number of an account is assigned to; undefined when it is assigned to none. */
export type FindRoute = (accountSid: string, e164: string) => Route | undefined | Promise<Route | undefined>;

export function holderOf({ orgId, phoneNumberId, agentId }: Route): Holder {
  return { orgId, phoneNumberId, agentId };
}

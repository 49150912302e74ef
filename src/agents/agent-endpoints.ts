// Pure: the addresses that an agent has us send to.
import { invalidInput } from "../api/api.ts";
import { type AllowedHost, whyUrlRefused } from "../outbound/address-policy.ts";
import type { Agent, ChangeAgent } from "./agent.ts";

type Answers = Pick<ChangeAgent, "voice" | "messaging">;

/** Whether we send anything to endpoints of the agent's own. */
export function hasEndpoint({ voice, messaging }: Pick<Agent, "voice" | "messaging">): boolean {
  return voice.kind === "webhook" || messaging.kind === "webhook";
}

/**
 * Refuses what could never be reached at the moment when somebody can still mend it, not when a call comes in.
 *
 * @throws AppError `invalid_input`
 */
export function requireReachable(allowed: readonly AllowedHost[], { voice, messaging }: Answers): void {
  const issues = Object.entries({ voice, messaging }).flatMap(([name, answer]) => {
    const why = answer?.kind === "webhook" ? whyUrlRefused(allowed, answer.url) : undefined;
    return why === undefined ? [] : [{ path: [name, "url"], message: why }];
  });
  if (issues.length > 0) throw invalidInput(issues);
}

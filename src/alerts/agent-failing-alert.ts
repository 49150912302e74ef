// The alert about an agent whose own endpoint fails: whoever calls or writes gets its fallback, and hears nothing of why.
import { findAgent } from "../agents/agent-store.ts";
import { DAY_MS } from "../base/durations.ts";
import { type AlertDeps, clearAlert, clearQuietAlerts, raiseAlert } from "./alert-service.ts";

/** Which of an agent's endpoints: for calls or for messages. */
export interface AgentEndpointName {
  readonly orgId: string;
  readonly agentId: string;
  readonly about: "call" | "message";
}

export interface FailingAgent extends AgentEndpointName {
  readonly reason: string;
  /** For the owner of the endpoint. */
  readonly detail: string;
}

const KEY_PREFIX = "agent_failing:";
/** Where nobody calls or writes, nobody sees that an endpoint works again. */
const QUIET_MS = DAY_MS;
const INSTEAD = {
  call: "Callers hear the agent's fallback, or an apology where it has none",
  message: "Whoever writes gets the agent's fallback, or nothing where it has none",
} as const;

export async function raiseAgentFailing(deps: AlertDeps, failing: FailingAgent): Promise<void> {
  const { orgId, agentId, about, reason, detail } = failing;
  const agent = await findAgent(deps.db, orgId, agentId);
  await raiseAlert(deps, {
    orgId,
    kind: "agent_failing",
    key: keyOf(failing),
    severity: "warning",
    title: `The endpoint of the agent ${agent?.name ?? agentId} fails to answer ${about}s`,
    detail: `${detail} ${INSTEAD[about]}. Mend the endpoint, or have the agent answer in another way meanwhile.`,
    facts: { agentId, about, reason },
  });
}

export function clearAgentFailing(deps: AlertDeps, name: AgentEndpointName): Promise<void> {
  return clearAlert(deps, { orgId: name.orgId, key: keyOf(name) });
}

export function clearQuietAgentFailing(deps: AlertDeps): Promise<void> {
  return clearQuietAlerts(deps, { keyPrefix: KEY_PREFIX, quietMs: QUIET_MS });
}

function keyOf({ about, agentId }: AgentEndpointName): string {
  return `${KEY_PREFIX}${about}:${agentId}`;
}

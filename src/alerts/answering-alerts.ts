// The alerts that answering calls and messages gives rise to.
import {
  type AgentEndpointName,
  clearAgentFailing,
  clearQuietAgentFailing,
  type FailingAgent,
  raiseAgentFailing,
} from "./agent-failing-alert.ts";
import type { AlertDeps } from "./alert-service.ts";
import { type CutLoop, clearQuietReplyLoops, raiseReplyLoop } from "./reply-loop-alert.ts";

export interface AnsweringAlerts {
  readonly tellOfLoop: (loop: CutLoop) => Promise<void>;
  readonly tellOfFailure: (failing: FailingAgent) => Promise<void>;
  readonly tellOfRecovery: (name: AgentEndpointName) => Promise<void>;
}

export function answeringAlerts(deps: AlertDeps): AnsweringAlerts {
  return {
    tellOfLoop: (loop) => raiseReplyLoop(deps, loop),
    tellOfFailure: (failing) => raiseAgentFailing(deps, failing),
    tellOfRecovery: (name) => clearAgentFailing(deps, name),
  };
}

/** Ends those of whose cause nothing was seen for long. */
export async function endQuietAnsweringAlerts(deps: AlertDeps): Promise<void> {
  await clearQuietReplyLoops(deps);
  await clearQuietAgentFailing(deps);
}

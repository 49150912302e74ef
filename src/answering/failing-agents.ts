import { LRUCache } from "lru-cache";
import type { AgentEndpointName } from "../alerts/agent-failing-alert.ts";
import type { AnsweringAlerts } from "../alerts/answering-alerts.ts";
import { addMs, type Clock } from "../base/clock.ts";
import { MINUTE_MS } from "../base/durations.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { AgentFailure } from "./agent-failure.ts";
import { NotedLately } from "./noted-lately.ts";
import { loggedRoute, type Route } from "./route.ts";

/** One that fails now and then is failing all the while: nobody is told every few minutes that it is over. */
export const STEADY_MS = 10 * MINUTE_MS;
const MAX_FAILING = 10_000;

type About = AgentEndpointName["about"];

interface Deps extends Pick<AnsweringAlerts, "tellOfFailure" | "tellOfRecovery"> {
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "agentFailures">;
}

/** Agents whose own endpoints fail, as far as this node has seen: somebody is told, and told when it is over. */
export class FailingAgents {
  readonly #deps: Deps;
  readonly #noted: NotedLately;
  /** When each has failed last. */
  readonly #failedAt = new LRUCache<string, Date>({ max: MAX_FAILING });

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#noted = new NotedLately(deps.clock);
  }

  /**
   * Counts a failure, and once a minute and endpoint tells of it. Nobody waits for that.
   *
   * @param sid of the call or message
   */
  failed(route: Route, about: About, sid: string, { reason, detail }: AgentFailure): void {
    const { clock, log, metrics, tellOfFailure } = this.#deps;
    metrics.agentFailures.inc({ kind: about, reason });
    log.warn({ sid, ...loggedRoute(route), reason, detail }, "agent.failed");
    // That was our doing.
    if (reason === "given_up") return;
    const key = keyOf(route, about);
    this.#failedAt.set(key, clock.now());
    const { orgId, agentId } = route;
    this.#noted.note(
      key,
      () => tellOfFailure({ orgId, agentId, about, reason, detail }),
      (error) => this.#notTold(key, error),
    );
  }

  /** Tells that one which had failed answers again, and has for a while. Nobody waits for that. */
  answered(route: Route, about: About): void {
    const { clock, tellOfRecovery } = this.#deps;
    const key = keyOf(route, about);
    const failedAt = this.#failedAt.get(key);
    if (!failedAt || clock.now() < addMs(failedAt, STEADY_MS)) return;
    this.#failedAt.delete(key);
    const { orgId, agentId } = route;
    tellOfRecovery({ orgId, agentId, about }).catch((error: unknown) => {
      this.#failedAt.set(key, failedAt);
      this.#notTold(key, error);
    });
  }

  #notTold(endpoint: string, error: unknown): void {
    this.#deps.log.error({ err: error, endpoint }, "agent.failure_not_told");
  }
}

function keyOf({ orgId, agentId }: Route, about: About): string {
  return `${orgId} ${agentId} ${about}`;
}

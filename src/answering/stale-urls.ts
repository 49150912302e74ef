import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Db } from "../db/connect.ts";
import { markDrifted } from "./drift-store.ts";
import { NotedLately } from "./noted-lately.ts";
import type { Route } from "./route.ts";

const MAX_LOGGED_CHARACTERS = 128;

interface Deps {
  readonly db: Db;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "staleUrls">;
}

/** URLs in Twilio that name another agent than the one that answers: somebody else has changed them, or a change was lost. */
export class StaleUrls {
  readonly #deps: Deps;
  readonly #noted: NotedLately;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#noted = new NotedLately(deps.clock);
  }

  /** Counts a stale URL, and once a minute and number notes it in the number's health. Nobody waits for that. */
  note(route: Route, namedAgentId: string | undefined): void {
    if (namedAgentId === undefined || namedAgentId === route.agentId) return;
    const { db, log, metrics } = this.#deps;
    const { orgId, phoneNumberId, agentId, phoneNumberUid } = route;
    metrics.staleUrls.inc();
    this.#noted.note(
      phoneNumberUid,
      () => {
        const named = namedAgentId.slice(0, MAX_LOGGED_CHARACTERS);
        log.warn({ orgId, phoneNumberId, agentId, namedAgentId: named }, "number.drifted");
        return markDrifted(db, route);
      },
      (error) => log.error({ err: error, phoneNumberId }, "number.drift_not_noted"),
    );
  }
}

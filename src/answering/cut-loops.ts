import type { AnsweringAlerts } from "../alerts/answering-alerts.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { InboundMessage } from "./inbound-message.ts";
import { NotedLately } from "./noted-lately.ts";
import { PAUSE_MS } from "./reply-loops.ts";
import { loggedRoute, type Route } from "./route.ts";

interface Deps extends Pick<AnsweringAlerts, "tellOfLoop"> {
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
}

/** Loops that were cut: somebody is told, for it may have been a person. */
export class CutLoops {
  readonly #deps: Deps;
  readonly #noted: NotedLately;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#noted = new NotedLately(deps.clock);
  }

  /** Tells of a message that gets no reply, once a minute and number. Nobody waits for that. */
  note(route: Route, { sid, channel }: InboundMessage): void {
    const { log, tellOfLoop } = this.#deps;
    const { orgId, phoneNumberUid, agentId } = route;
    this.#noted.note(
      phoneNumberUid,
      () => {
        log.warn({ sid, channel, ...loggedRoute(route) }, "message.loop_cut");
        return tellOfLoop({ orgId, phoneNumberUid, agentId, channel, messageSid: sid, pauseMs: PAUSE_MS });
      },
      (error) => log.error({ err: error, sid }, "message.loop_not_told"),
    );
  }
}

import { clearQuietAlerts, raiseAlert } from "../alerts/alert-service.ts";
import type { Clock } from "../base/clock.ts";
import { DAY_MS, MINUTE_MS } from "../base/durations.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import type { Schedule } from "../jobs/jobs.ts";
import type { InboundMessage } from "./inbound-message.ts";
import { NotedLately } from "./noted-lately.ts";
import { PAUSE_MS } from "./reply-loops.ts";
import { loggedRoute, type Route } from "./route.ts";

interface Deps {
  readonly db: Db;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
}

const KEY_PREFIX = "reply_loop:";
/** A loop says when it is cut, and never that it will not begin again. */
const QUIET_MS = DAY_MS;

/** Tells whoever holds a number that somebody's messages get no reply: it may have been a person. */
export class CutLoops {
  readonly #deps: Deps;
  readonly #noted: NotedLately;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#noted = new NotedLately(deps.clock);
  }

  /** Once a minute and number. Nobody waits for it: Twilio must be answered when nothing can be stored. */
  note(route: Route, message: InboundMessage): void {
    if (!this.#noted.isDue(route.phoneNumberUid)) return;
    const { sid, channel } = message;
    this.#deps.log.warn({ sid, channel, ...loggedRoute(route) }, "message.loop_cut");
    void this.#raise(route, message);
  }

  async #raise({ orgId, phoneNumberUid, phoneNumberId, agentId }: Route, { sid, channel }: InboundMessage) {
    try {
      await raiseAlert(this.#deps, {
        orgId,
        phoneNumberUid,
        kind: "reply_loop",
        key: `${KEY_PREFIX}${phoneNumberUid}`,
        severity: "warning",
        title: "Somebody's messages get no reply, to end a loop",
        detail:
          "The number and the sender of a message have answered each other for long without a pause, as two programs do. " +
          `The sender is answered again ${PAUSE_MS / MINUTE_MS} minutes after the last reply. Look the message up: if a ` +
          "program has written it, have one of the two stop; a person need do nothing but wait.",
        facts: { messageSid: sid, channel, agentId },
      });
    } catch (error) {
      this.#noted.forget(phoneNumberUid);
      this.#deps.log.error({ err: error, phoneNumberId }, "message.loop_not_told");
    }
  }
}

/** Resolves the alerts of numbers of which no message was left without a reply for a day. */
export function cutLoopSchedules(deps: Pick<Deps, "db" | "clock">): readonly Schedule[] {
  const quiet = { keyPrefix: KEY_PREFIX, quietMs: QUIET_MS };
  return [{ name: "end-reply-loop-alerts", cron: "*/5 * * * *", run: () => clearQuietAlerts(deps, quiet) }];
}

// The alert about a number of which somebody's messages get no reply, to end a loop. It may have been a person.
import { DAY_MS, MINUTE_MS } from "../base/durations.ts";
import { type AlertDeps, clearQuietAlerts, raiseAlert } from "./alert-service.ts";

export interface CutLoop {
  /** Whoever holds the number. */
  readonly orgId: string;
  readonly phoneNumberUid: string;
  readonly agentId: string;
  readonly channel: string;
  /** A message that got no reply. */
  readonly messageSid: string;
  /** After how long since the last reply the sender is answered again. */
  readonly pauseMs: number;
}

const KEY_PREFIX = "reply_loop:";
/** A loop is seen when it is cut; nobody says that it will not begin again. */
const QUIET_MS = DAY_MS;

export async function raiseReplyLoop(deps: AlertDeps, loop: CutLoop): Promise<void> {
  const { orgId, phoneNumberUid, agentId, channel, messageSid, pauseMs } = loop;
  await raiseAlert(deps, {
    orgId,
    phoneNumberUid,
    kind: "reply_loop",
    key: `${KEY_PREFIX}${phoneNumberUid}`,
    severity: "warning",
    title: "Somebody's messages get no reply, to end a loop",
    detail:
      "The number and the sender of a message have answered each other for long without a pause, as two programs do. " +
      `The sender is answered again ${pauseMs / MINUTE_MS} minutes after the last reply. Look the message up: if a ` +
      "program has written it, have one of the two stop; a person need do nothing but wait.",
    facts: { messageSid, channel, agentId },
  });
}

export function clearQuietReplyLoops(deps: AlertDeps): Promise<void> {
  return clearQuietAlerts(deps, { keyPrefix: KEY_PREFIX, quietMs: QUIET_MS });
}

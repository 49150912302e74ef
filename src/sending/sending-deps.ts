import type { CredentialsDeps } from "../accounts/twilio-clients.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Recorder } from "../traffic/traffic-report.ts";
import type { SendingRate } from "./sending-rate.ts";

/** Of what goes out because somebody asked for it; replies to messages need no more than `SendingDeps`. */
export interface RequestedSendingDeps extends SendingDeps {
  readonly sendingRate: Pick<SendingRate, "take">;
}

export interface SendingDeps extends CredentialsDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly recorder: Recorder;
  /** Origin and optional path prefix, without a trailing slash. */
  readonly publicUrl: string;
}

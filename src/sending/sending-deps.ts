import type { CredentialsDeps } from "../accounts/twilio-clients.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Recorder } from "../traffic/traffic-report.ts";

export interface SendingDeps extends CredentialsDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly recorder: Recorder;
  /** Origin and optional path prefix, without a trailing slash. */
  readonly publicUrl: string;
}

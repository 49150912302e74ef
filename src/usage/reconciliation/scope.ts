import type { Logger } from "../../base/log.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import type { PageLimits } from "../../twilio/sdk-pages.ts";
import type { RecordDeps } from "./records.ts";
import type { Window } from "./window.ts";

export interface ReconciliationDeps extends RecordDeps {
  readonly log: Logger;
}

/** What is read: which account's records, of which time, and how far. */
export interface Scope {
  readonly deps: ReconciliationDeps;
  readonly client: TwilioClient;
  readonly accountSid: string;
  readonly window: Window;
  readonly limits: PageLimits;
}

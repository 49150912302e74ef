import type { AccountFacts } from "../twilio/account-facts.ts";
import type { TwilioClient } from "../twilio/client.ts";
import type { Sweep } from "./sweep.ts";

/** A sweep that is under way. */
export interface SweepRun {
  readonly sweep: Pick<Sweep, "accountId" | "id" | "startedAt">;
  readonly client: TwilioClient;
  readonly account: AccountFacts;
  /** Nothing more is begun after that. */
  readonly until: Date;
}

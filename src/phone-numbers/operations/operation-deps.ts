import type { CredentialsDeps } from "../../accounts/twilio-clients.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import type { Observed, ReadScope } from "../../twilio/observed.ts";
import type { PhoneNumber } from "../phone-number.ts";
import type { Operation } from "./operation.ts";
import type { OperationLogDeps, OperationWriter } from "./operation-log.ts";

/** A boundary between two effects. A listener sees progress; a test stops the process there. */
export type OperationStep =
  | "opened"
  | "state_read"
  | "snapshot_stored"
  | "writing"
  | "written"
  | "committed"
  | "restoring"
  | "restored";

/** Reads of a number what a change of it is planned from. @throws TwilioError */
export type Observe = (client: TwilioClient, number: PhoneNumber, scope: ReadScope) => Promise<Observed>;

/** The client of a number's account. @throws AppError `account_not_found`, `credentials_unreadable` */
export type Connect = (deps: CredentialsDeps, number: PhoneNumber) => Promise<TwilioClient>;

export interface OperationDeps extends OperationLogDeps, CredentialsDeps {
  readonly writer: OperationWriter;
  readonly observe: Observe;
  readonly connect: Connect;
  /** The base of the URLs that we give to Twilio. */
  readonly publicUrl: string;
  /** Bases that this deployment gave to Twilio before, or that a newer node of it does; grows. May have `publicUrl` among them. */
  readonly earlierPublicUrls: readonly string[];
  /** How long a write without an answer may still land at Twilio. */
  readonly lateWriteWindowMs: number;
  readonly onStep: (step: OperationStep, operation: Operation) => void | Promise<void>;
}

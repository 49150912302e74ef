import type { EachAccountDeps } from "../accounts/each-account.ts";
import type { AssignmentDeps } from "../phone-numbers/assignment/phone-number-service.ts";
import type { RequestedSweeps } from "./requested-sweeps.ts";

/** What the sweep of an account, and what follows from it, needs. */
export interface DriftDeps extends AssignmentDeps, EachAccountDeps {
  readonly requestedSweeps: RequestedSweeps;
}

import type { EachAccountDeps } from "../accounts/each-account.ts";
import type { AssignmentDeps } from "../phone-numbers/assignment/phone-number-service.ts";

/** What the sweep of an account, and what follows from it, needs. */
export type DriftDeps = AssignmentDeps & EachAccountDeps;

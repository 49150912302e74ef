import type { Actor } from "../auth/actor.ts";
import type { AssignmentDeps } from "../phone-numbers/assignment/phone-number-service.ts";
import type { BatchProgress } from "./batch-progress.ts";
import type { BatchRunners } from "./batch-runners.ts";

/**
 * How many numbers of a batch are under way at once. More than Twilio takes at once: how much that is, the client finds out,
 * and some of them are in the database meanwhile.
 */
export const CONCURRENCY = 100;

/** What a run of a batch needs. */
export interface RunDeps extends AssignmentDeps {
  /** Sends a number's webhooks through the public URL. @returns why one does not arrive; undefined when they all do */
  readonly whyUnreachable: (actor: Actor, phoneNumberId: string) => Promise<string | undefined>;
}

/** What the routes need: they decide, and leave it to a run to carry it out. */
export interface FleetDeps extends AssignmentDeps {
  readonly batchRunners: Pick<BatchRunners, "start">;
  readonly batchProgress: Pick<BatchProgress, "watch">;
  /** Aborts when the node stops. */
  readonly streamsEnd: AbortSignal;
}

import type { Actor } from "../auth/actor.ts";
import type { PlannedChanges } from "../phone-numbers/operations/planned-changes.ts";
import type { Health } from "../phone-numbers/phone-number.ts";
import type { Verdict } from "../twilio/verdict.ts";
import type { ManagedChannels } from "../twilio/webhook-config.ts";

/**
 * - `planning`: the selected numbers are read, and what would be changed is written down
 * - `planned`: a plan that nobody has applied yet
 * - `canary`: applied, to a few numbers first
 * - `running`: applied to all others
 * - `paused`: nothing more is begun until it is resumed
 * - `stopped`: gave up by itself; `stopped` says why
 * - `cancelled`: given up by somebody
 * - `done`
 */
export type BatchState = (typeof BATCH_STATES)[number];
export const BATCH_STATES = [
  "planning",
  "planned",
  "canary",
  "running",
  "paused",
  "stopped",
  "cancelled",
  "done",
] as const;

/**
 * - `pending`: still to be changed
 * - `running`: an operation on it has begun
 * - `done`: changed, in Twilio and in the assignment
 * - `unchanged`: there was nothing to change
 * - `failed`: the change failed and was taken back; or could not be, and the operation says so
 * - `skipped`: nothing was written, on purpose; `problem` says why
 * - `undone`: changed, and taken back by a batch that undoes this one
 */
export type ItemState = (typeof ITEM_STATES)[number];
export const ITEM_STATES = [
  "pending",
  "running",
  "done",
  "unchanged",
  "failed",
  "skipped",
  "undone",
] as const;

export type Counts = Readonly<Record<ItemState, number>>;

/** What is to be done with every number. */
export type BatchIntent =
  /** Write again what should be. */
  | { readonly action: "configure" }
  | {
      readonly action: "assign";
      readonly agentId: string;
      readonly channels: ManagedChannels;
      readonly takeover: boolean;
    }
  | { readonly action: "unassign"; readonly restore: boolean }
  /** Take back what the batch `undoes` has changed. `takeover`: it contains what only an admin may take. */
  | { readonly action: "undo"; readonly takeover: boolean };

/** Which numbers, always of those that the organization holds. */
export interface Selection {
  readonly agentId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly health?: Health | undefined;
  readonly verdict?: Verdict | undefined;
  readonly search?: string | undefined;
  readonly phoneNumberIds?: readonly string[] | undefined;
}

export interface ApplyBatch {
  /** How many numbers are changed, and verified, before the others; 0 for none. */
  readonly canarySize?: number | undefined;
  /** How many numbers may fail before the batch stops. */
  readonly failureBudget?: number | undefined;
}

export interface StopReason {
  readonly reason: "canary_failed" | "failure_budget";
  readonly detail: string;
}

/** A plan, and what becomes of it when it is applied. */
export interface Batch {
  readonly id: string;
  readonly orgId: string;
  readonly state: BatchState;
  readonly intent: BatchIntent;
  /** Without the ids of numbers, of which there may be many. */
  readonly selection: Omit<Selection, "phoneNumberIds">;
  readonly selectedCount: number;
  readonly actor: Pick<Actor, "userId" | "role">;
  readonly appliedBy: Pick<Actor, "userId" | "role" | "requestId"> | undefined;
  readonly applyWhenPlanned: ApplyBatch | undefined;
  readonly canarySize: number | undefined;
  readonly failureBudget: number | undefined;
  readonly canaryVerifiedAt: Date | undefined;
  readonly stopped: StopReason | undefined;
  readonly undoes: string | undefined;
  /** The last batch that undoes this one. */
  readonly undoneBy: string | undefined;
  /** How far planning has come; undefined at its end. */
  readonly plannedThrough: string | undefined;
  readonly itemCount: number;
  readonly counts: Counts;
  /** How many numbers a second come to their end; undefined while none do. */
  readonly perSecond: number | undefined;
  readonly revision: number;
  /** Whether somebody runs it, or has died over it. */
  readonly isRun: boolean;
  /** When it may be taken by whoever comes; undefined: nothing is left to do. */
  readonly leaseUntil: Date | undefined;
  readonly expiresAt: Date | undefined;
  readonly appliedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly createdAt: Date;
}

export interface ItemProblem {
  readonly code: string;
  readonly detail: string;
}

/** One number of a batch. */
export interface BatchItem extends PlannedChanges {
  readonly batchId: string;
  readonly position: number;
  readonly phoneNumberUid: string;
  readonly phoneNumberId: string;
  /** The assignment that planning saw. */
  readonly previous: { readonly agentId: string; readonly channels: ManagedChannels } | null;
  /** The operation that is taken back. */
  readonly undoes: string | undefined;
  readonly state: ItemState;
  readonly isDeferred: boolean;
  readonly operationId: string | undefined;
  readonly attempts: number;
  readonly problem: ItemProblem | undefined;
}

import type { Actor } from "../../auth/actor.ts";
import type { Change, ManagedChannels, ResourceConfig } from "../../twilio/webhook-config.ts";
import type { FieldClass } from "../field-class.ts";
import type { PhoneNumber } from "../phone-number.ts";
import type { ServiceHold } from "./service-hold.ts";

export type OperationKind = (typeof OPERATION_KINDS)[number];
export const OPERATION_KINDS = ["assign", "unassign", "configure", "undo", "heal"] as const;

/**
 * - `open`: under way, or waiting for recovery
 * - `committed`: Twilio and the database hold what was intended
 * - `rolled_back`: both are as they were before
 * - `refused`: nothing was written, on purpose
 * - `needs_attention`: something could not be put back; `error` says what
 */
export type OperationState = "open" | "committed" | "rolled_back" | "refused" | "needs_attention";

/**
 * How far an open operation has come; what recovery has to know.
 * - `started`: nothing was written
 * - `writing`: the snapshot is stored; any of the changes may have been written
 * - `restoring`: it was decided to go back
 * - `settling`: back at the snapshot, but a write without an answer may still land
 */
export type OperationPhase = "started" | "writing" | "restoring" | "settling" | "finished";

export interface PhaseReached {
  readonly phase: OperationPhase;
  readonly at: Date;
}

export interface Intent {
  /** Who shall answer; undefined for nobody. */
  readonly agentId?: string | undefined;
  readonly channels: ManagedChannels;
  readonly takeover: boolean;
  readonly restore: boolean;
  /** The operation that is taken back: Twilio to what it found there, the assignment to the one before. */
  readonly undoes?: string | undefined;
  /** What of the number is written; undefined for all that is managed. */
  readonly scope?: WriteScope | undefined;
  /** Whether a WhatsApp sender that takes no messages may be left as it is, rather than refuse the whole. */
  readonly maySpareSender?: true;
}

/** Part of a number that has an agent already, and keeps it since when it had it. */
export interface WriteScope {
  /** The classes of fields that are written. */
  readonly classes: readonly FieldClass[];
  /** Whether other classes are known to differ, and stay as they are. */
  readonly leavesDrift: boolean;
  /** Why nothing about the WhatsApp sender is written; undefined where nothing is the matter with it. */
  readonly spared?: Spared | undefined;
}

export interface Spared {
  readonly code: "whatsapp_sender_missing" | "whatsapp_sender_offline";
  readonly detail: string;
}

/** What an undo goes back to. */
export interface PreviousAssignment extends Pick<PhoneNumber, "desired" | "original"> {
  readonly agentId: string;
  readonly channels: ManagedChannels;
}

/** The write-ahead intent of one change of a number. */
export interface Operation {
  readonly id: string;
  readonly orgId: string;
  readonly phoneNumberUid: string;
  readonly kind: OperationKind;
  readonly state: OperationState;
  readonly phase: OperationPhase;
  /** Each phase that it has come to, in their order; empty for one that is older than this record. */
  readonly phases: readonly PhaseReached[];
  readonly intent: Intent;
  /** The assignment before; null where nobody answered. */
  readonly previous: PreviousAssignment | null;
  /** What Twilio had before; stored before the first write. */
  readonly snapshot: readonly ResourceConfig[] | undefined;
  readonly desired: readonly ResourceConfig[] | undefined;
  readonly changes: readonly Change[] | undefined;
  /** What a restoration would have written, had not other numbers relied on the resource. */
  readonly withheld: readonly Change[] | undefined;
  /** While it is open; after that, what it held. */
  readonly holds: readonly ServiceHold[] | undefined;
  readonly error: OperationError | undefined;
  readonly actor: Pick<Actor, "userId" | "role">;
  readonly requestId: string;
  readonly leaseUntil: Date;
  /** When a write was last sent whose outcome is not known. */
  readonly lastWriteAt: Date | undefined;
  /** How often recovery has taken it up. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | undefined;
}

export interface OperationError {
  readonly code: string;
  readonly detail: string;
  readonly twilioCode?: number | undefined;
  /** Fields that somebody else changed meanwhile, so that they were left alone. */
  readonly lost?: readonly Change[] | undefined;
}

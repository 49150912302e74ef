import { z } from "zod";
import { timestamp } from "../api/api.ts";

/** What is sent to receivers: usage as it is recorded, alerts as they open and are resolved. Tables have the same names. */
export type ReceiverKind = "usage_sink" | "alert_webhook";

/** Where an organization has something of its own sent to. It has one receiver of each kind at most. */
export interface Receiver {
  readonly kind: ReceiverKind;
  readonly orgId: string;
  readonly url: string;
  /** Ciphertext of what proves to it who sends; see sealed-json.ts. */
  readonly sealed: string;
  /** Deliveries that failed since one last succeeded. */
  readonly failures: number;
  readonly lastFailure: string | undefined;
  readonly nextAttemptAt: Date | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Of an event, for good. */
export interface Refusal {
  readonly refusedAt: Date;
  /** By the receiver, in words for its owner. */
  readonly said: string;
}

export interface RefusedEvent extends Refusal {
  readonly id: string;
}

export interface OutboxCounts {
  /** Events that wait for their turn. */
  readonly undelivered: number;
  /** Events that are set aside. */
  readonly refused: number;
}

/** A receiver as its organization sees it. */
export interface ReceiverState extends Omit<Receiver, "sealed">, OutboxCounts {
  /** The latest of them. */
  readonly refusedEvents: readonly RefusedEvent[];
}

/** The members of a receiver that an answer shows, of whichever kind. */
export const receiverFields = {
  url: z.string(),
  undelivered: z.int().meta({ description: "Events that wait to be taken" }),
  refused: z
    .int()
    .meta({ description: "Events that it refused for good: set aside until they are sent again" }),
  refusedEvents: z
    .array(z.object({ id: z.string(), refusedAt: timestamp, said: z.string() }))
    .meta({ description: "The latest 20 of these, and what it said" }),
  failures: z.int().meta({ description: "Deliveries that failed since one last succeeded" }),
  lastFailure: z.string().nullable(),
  nextAttemptAt: timestamp.nullable().meta({ description: "null: with the next run" }),
  createdAt: timestamp,
  updatedAt: timestamp,
};

export function receiverView(receiver: ReceiverState): z.infer<z.ZodObject<typeof receiverFields>> {
  return {
    url: receiver.url,
    undelivered: receiver.undelivered,
    refused: receiver.refused,
    refusedEvents: receiver.refusedEvents.map(({ id, refusedAt, said }) => ({
      id,
      refusedAt: refusedAt.toISOString(),
      said,
    })),
    failures: receiver.failures,
    lastFailure: receiver.lastFailure ?? null,
    nextAttemptAt: receiver.nextAttemptAt?.toISOString() ?? null,
    createdAt: receiver.createdAt.toISOString(),
    updatedAt: receiver.updatedAt.toISOString(),
  };
}

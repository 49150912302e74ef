import { z } from "zod";
import { timestamp } from "../api/api.ts";

/** Where an organization's alerts go as they open and are resolved. */
export interface AlertWebhook {
  readonly orgId: string;
  readonly url: string;
  /** Ciphertext. */
  readonly secrets: string;
  /** Deliveries that failed since one last succeeded. */
  readonly failures: number;
  readonly lastFailure: string | undefined;
  readonly nextAttemptAt: Date | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const webhookSchema = z
  .object({
    url: z.string(),
    previousSignsUntil: timestamp
      .nullable()
      .meta({ description: "Until when the secret before the present one signs along" }),
    undelivered: z.int().meta({ description: "Events that it has not taken yet" }),
    failures: z.int().meta({ description: "Deliveries that failed since one last succeeded" }),
    lastFailure: z.string().nullable(),
    nextAttemptAt: timestamp.nullable().meta({ description: "null: with the next run" }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "AlertWebhook" });

import { z } from "zod";
import { timestamp } from "../api/api.ts";

export type SinkHeaders = Readonly<Record<string, string>>;

/** Where an organization's usage goes as it is recorded. */
export interface Sink {
  readonly orgId: string;
  readonly url: string;
  /** Ciphertext. */
  readonly headers: string;
  /** Deliveries that failed since one last succeeded. */
  readonly failures: number;
  readonly lastFailure: string | undefined;
  readonly nextAttemptAt: Date | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const sinkSchema = z
  .object({
    url: z.string(),
    headers: z.array(z.string()).meta({ description: "Their names; the values are never shown" }),
    undelivered: z.int().meta({ description: "Entries that it has not taken yet" }),
    failures: z.int().meta({ description: "Deliveries that failed since one last succeeded" }),
    lastFailure: z.string().nullable(),
    nextAttemptAt: timestamp.nullable().meta({ description: "null: with the next run" }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "UsageSink" });

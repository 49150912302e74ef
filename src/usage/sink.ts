import { z } from "zod";
import { timestamp } from "../auth/api.ts";

/** What a request says about itself; whoever could set these could smuggle a second one along. */
const NOT_THEIRS = [
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
const MAX_HEADERS = 10;

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, "The name of an HTTP header")
  .refine((name) => !NOT_THEIRS.includes(name.toLowerCase()), "Set by Switchhook itself");
const headerValue = z.string().regex(/^[\x20-\x7e]{1,4000}$/, "1 to 4,000 printable ASCII characters");

export const putSinkSchema = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: "A URL that begins with https://" }).max(2_000),
    headers: z
      .record(headerName, headerValue)
      .refine((headers) => Object.keys(headers).length <= MAX_HEADERS, `At most ${MAX_HEADERS} headers`)
      .optional()
      .meta({ description: "Sent along, such as Authorization. Kept encrypted and never shown again" }),
  })
  .meta({ id: "PutUsageSink" });

export type PutSink = z.infer<typeof putSinkSchema>;

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

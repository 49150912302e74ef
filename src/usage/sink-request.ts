import { z } from "zod";
import { endpointUrlSchema } from "../outbound/endpoint-url.ts";

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
    url: endpointUrlSchema,
    headers: z
      .record(headerName, headerValue)
      .refine((headers) => Object.keys(headers).length <= MAX_HEADERS, `At most ${MAX_HEADERS} headers`)
      .optional()
      .meta({ description: "Sent along, such as Authorization. Kept encrypted and never shown again" }),
  })
  .meta({ id: "PutUsageSink" });

export type PutSink = z.infer<typeof putSinkSchema>;

// Requests beside the SDK's typed methods, through its client all the same: authorized, in their turn, with a deadline.
import { z } from "zod";
import type { TwilioClient } from "./client.ts";
import { TwilioError } from "./twilio-error.ts";

/**
 * Reads, or with `data` writes, and parses the answer.
 *
 * @param what the answer should be
 * @throws TwilioError, also for an answer that is something else
 */
export async function requestJson<T>(
  client: TwilioClient,
  schema: z.ZodType<T>,
  what: string,
  call: { readonly uri: string; readonly data?: Record<string, unknown> },
): Promise<T> {
  const { body }: { body: unknown } = await client.sdk.request(
    call.data === undefined
      ? { method: "get", uri: call.uri }
      : { method: "post", uri: call.uri, data: call.data, headers: { "Content-Type": "application/json" } },
  );
  const parsed = schema.safeParse(fromJson(body));
  if (parsed.success) return parsed.data;
  throw new TwilioError(`An answer that is not ${what}: ${z.prettifyError(parsed.error)}`, {
    status: 200,
    isAmbiguous: call.data !== undefined,
  });
}

function fromJson(body: unknown): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

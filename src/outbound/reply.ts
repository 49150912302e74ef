// What comes back for one hop, read within its limits.
import type { Dispatcher } from "undici";
import { failed, type OutboundAnswer } from "./outbound-answer.ts";
import { type Hop, redirectedHop } from "./redirect.ts";

export type Reply = OutboundAnswer | { readonly outcome: "redirected"; readonly hop: Hop };

type Response = Pick<Dispatcher.ResponseData, "statusCode" | "headers" | "body">;

interface Limits {
  readonly maxResponseBytes: number;
  readonly isBodyOptional: boolean;
  readonly signal: AbortSignal;
}

/** A body of no use is read up to here, so that its connection can be used again; beyond, closing it is cheaper. */
const MAX_DISCARDED_BYTES = 1_024;

/** Reads the reply to a hop. @throws what the connection throws, or the reason of the signal */
export async function readReply(response: Response, hop: Hop, limits: Limits): Promise<Reply> {
  const { statusCode: status, headers, body } = response;
  const next = redirectedHop(hop, status, single(headers.location));
  if (next) {
    await discard(body, limits.signal);
    return { outcome: "redirected", hop: next };
  }
  const contentType = single(headers["content-type"]);
  if (isCompressed(headers)) {
    const discarding = discard(body, limits.signal);
    if (limits.isBodyOptional) {
      await discarding.catch(() => {});
      return { outcome: "answered", status, contentType, body: "" };
    }
    await discarding;
    return failed(
      "connection",
      "The answer was compressed, although only an uncompressed one was asked for.",
    );
  }
  const { bytes, isTooLarge } = await readAtMost(body, limits);
  if (isTooLarge && !limits.isBodyOptional) {
    return failed("too_large", `The answer has more than ${limits.maxResponseBytes} bytes.`);
  }
  return { outcome: "answered", status, contentType, body: new TextDecoder().decode(bytes) };
}

/** A small body can unpack to a thousand times its size, so what arrives must be what is counted. */
function isCompressed(headers: Response["headers"]): boolean {
  const encoding = headers["content-encoding"] ?? "";
  return !["", "identity"].includes(String(encoding).trim().toLowerCase());
}

interface ReadBody {
  readonly bytes: Uint8Array;
  readonly isTooLarge: boolean;
}

async function readAtMost(
  body: Response["body"],
  { maxResponseBytes, isBodyOptional }: Limits,
): Promise<ReadBody> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of chunksOf(body)) {
      sizeBytes += chunk.length;
      // Leaving the loop destroys the stream, and the connection with it: nothing more is received.
      if (sizeBytes > maxResponseBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    if (!isBodyOptional) throw error;
  }
  return { bytes: Buffer.concat(chunks), isTooLarge: sizeBytes > maxResponseBytes };
}

/** undici vouches for the type: without an encoding its bodies are bytes. */
function chunksOf(body: Response["body"]): AsyncIterable<Uint8Array> {
  return body;
}

async function discard(body: Response["body"], signal: AbortSignal): Promise<void> {
  await body.dump({ limit: MAX_DISCARDED_BYTES, signal });
}

/** A header that came several times says nothing that can be relied on. */
function single(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

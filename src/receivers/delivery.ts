// Events on their way to an address that an organization chose: one request each, and in words what came of it.
import { storable } from "../base/text.ts";
import type { OutboundClient } from "../outbound/outbound-client.ts";

export interface Delivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What came of it, and what the owner of the address is told:
 * - `refused`: it will never take these, however often they come. `isTooLarge`: perhaps fewer at once
 * - `failed`: it may take them another time, or what is wrong is the address or who we say that we are
 */
export type Delivered =
  | { readonly outcome: "delivered" }
  | { readonly outcome: "refused"; readonly said: string; readonly isTooLarge: boolean }
  | { readonly outcome: "failed"; readonly said: string };

const TIMEOUT_MS = 10_000;
/** Of what is answered only the status counts, and of a refusal the beginning, which may say why. */
const MAX_RESPONSE_BYTES = 64 * 1_024;
const MAX_SAID_LENGTH = 200;
const TOO_LARGE = 413;
/** These are about what was sent. All others may be about the address, the key or the hour, and nothing may be lost by them. */
const REFUSALS: ReadonlySet<number> = new Set([400, 409, TOO_LARGE, 422]);
/** Shorter ones are words like "Bearer". */
const MIN_SECRET_LENGTH = 8;

/** Sends once. Whoever calls this sends the same again later, and the receiver knows by an id what it has already. */
export async function deliver(
  outbound: Pick<OutboundClient, "request">,
  delivery: Delivery,
): Promise<Delivered> {
  const answer = await outbound.request({
    ...delivery,
    lane: "delivery",
    method: "POST",
    timeoutMs: TIMEOUT_MS,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    // Whoever answers 2xx has taken it, whatever else it says; what is sent again for that would be sent for ever.
    isBodyOptional: true,
    // A redirect would have to be followed with the headers, which are meant for this address.
    maxRedirects: 0,
  });
  if (answer.outcome === "failed") {
    const isRedirect = answer.reason === "too_many_redirects";
    return {
      outcome: "failed",
      said: isRedirect ? "It redirects. Give the address that it leads to." : answer.detail,
    };
  }
  const { status, body } = answer;
  if (status >= 200 && status < 300) return { outcome: "delivered" };
  if (!REFUSALS.has(status)) return { outcome: "failed", said: `It answered ${status}.` };
  const reason = shortened(withoutSecrets(body, delivery));
  const said = reason === "" ? `It answered ${status}.` : `It answered ${status}: ${reason}`;
  return { outcome: "refused", said, isTooLarge: status === TOO_LARGE };
}

/** A receiver may repeat what it was sent, and with it the key by which it knows us. */
function withoutSecrets(text: string, { headers }: Delivery): string {
  const words = Object.values(headers).flatMap((value) => value.split(/\s+/));
  return words
    .filter((word) => word.length >= MIN_SECRET_LENGTH)
    .reduce((rest, word) => rest.replaceAll(word, "…"), text);
}

function shortened(text: string): string {
  const line = storable(text).replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_SAID_LENGTH ? `${line.slice(0, MAX_SAID_LENGTH).toWellFormed()}…` : line;
}

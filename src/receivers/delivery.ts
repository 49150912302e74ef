// Events on their way to an address that an organization chose: one request each, and in words what came of it.
import type { OutboundClient } from "../outbound/outbound-client.ts";

export interface Delivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;
/** What is answered is of no interest, but for its status. */
const MAX_RESPONSE_BYTES = 64 * 1_024;

/**
 * Sends once. Whoever calls this sends the same again later, and the receiver knows by an id what it has already.
 *
 * @returns why the receiver did not take it, for the owner of the address; undefined when it did
 */
export async function deliver(
  outbound: Pick<OutboundClient, "request">,
  delivery: Delivery,
): Promise<string | undefined> {
  const answer = await outbound.request({
    ...delivery,
    lane: "delivery",
    method: "POST",
    timeoutMs: TIMEOUT_MS,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    // A redirect would have to be followed with the headers, which are meant for this address.
    maxRedirects: 0,
  });
  if (answer.outcome === "failed") {
    return answer.reason === "too_many_redirects"
      ? "It redirects. Give the address that it leads to."
      : answer.detail;
  }
  return answer.status >= 200 && answer.status < 300 ? undefined : `It answered ${answer.status}.`;
}

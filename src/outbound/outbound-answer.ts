// How a request to somebody else's server can end, and in which words its owner hears of it. Pure.
import { errors } from "undici";
import { RefusedAddressError } from "./guarded-connector.ts";

/** What can be expected to go wrong on somebody else's server, or on the way there. */
export type OutboundFailureReason =
  /** The URL, what its host resolves to, or where it redirects to is nothing that tenants may reach. Never sent. */
  | "refused_address"
  /** The answer was not complete in time. The request may have had its effect. */
  | "timeout"
  /** The answer's body or headers exceed their limit. */
  | "too_large"
  | "too_many_redirects"
  /** No usable answer came: no such host, nobody listens, TLS, a lost connection, not HTTP, a compressed body. */
  | "connection";

export interface OutboundFailure {
  readonly outcome: "failed";
  readonly reason: OutboundFailureReason;
  /** Sentences for the owner of the address. They name no address of ours, and nothing that was sent. */
  readonly detail: string;
}

export type OutboundAnswer =
  | {
      readonly outcome: "answered";
      /** Any final status: a 404 or a 500 is an answer too. */
      readonly status: number;
      readonly contentType: string | undefined;
      /** Read as UTF-8, without a byte order mark; what is not UTF-8 becomes U+FFFD. */
      readonly body: string;
    }
  | OutboundFailure;

export function failed(reason: OutboundFailureReason, detail: string): OutboundFailure {
  return { outcome: "failed", reason, detail };
}

export function timedOut(timeoutMs: number): OutboundFailure {
  return failed("timeout", `The answer was not complete within ${timeoutMs} ms.`);
}

type Saying = readonly [code: RegExp, reason: OutboundFailureReason, say: (host: string) => string];

/** By the codes of Node (errno, TLS), of its resolver and of undici; the first that fits is said. */
const SAYINGS: readonly Saying[] = [
  [/^(?:ENOTFOUND|ENODATA)$/, "connection", (host) => `The name ${host} does not resolve to an address.`],
  [/^EAI_AGAIN$/, "connection", (host) => `The name ${host} could not be resolved just now.`],
  [/^ECONNREFUSED$/, "connection", (host) => `${host} refuses connections on this port.`],
  [/^E(?:HOST|NET)UNREACH$/, "connection", (host) => `There is no way through the network to ${host}.`],
  [
    /^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/,
    "timeout",
    (host) => `${host} did not accept a connection in time.`,
  ],
  [
    /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/,
    "timeout",
    (host) => `${host} stopped answering before it was done.`,
  ],
  [
    /^UND_ERR_HEADERS_OVERFLOW$/,
    "too_large",
    (host) => `The headers of the answer of ${host} are too large.`,
  ],
  [
    /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/,
    "connection",
    (host) => `${host} closed the connection before its answer was complete.`,
  ],
  [
    /^UND_ERR_(?:CLOSED|DESTROYED)$/,
    "connection",
    () => "This server is shutting down and sends no more requests.",
  ],
  [
    /^(?:EPROTO$|ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/,
    "connection",
    (host) =>
      `No secure connection to ${host} could be made. Check its certificate, and that it speaks https.`,
  ],
];
const ELSE: Saying = [/^/, "connection", (host) => `The connection to ${host} failed.`];

/**
 * What an error says about the other side; undefined when it says something about us: a request that cannot be written
 * is a bug, and must not look like somebody else's failure.
 */
export function failureFrom(error: unknown, host: string): OutboundFailure | undefined {
  if (error instanceof RefusedAddressError) {
    return failed("refused_address", `${host} resolves to an address that is not on the public internet.`);
  }
  // The one error of undici's that has no code.
  if (error instanceof errors.HTTPParserError) {
    return failed("connection", `${host} answered with something that is not HTTP.`);
  }
  const code = codeOf(error);
  if (code === undefined || code === "UND_ERR_INVALID_ARG") return undefined;
  const [, reason, say] = SAYINGS.find(([pattern]) => pattern.test(code)) ?? ELSE;
  return failed(reason, say(host));
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

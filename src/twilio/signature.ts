/**
 * Is this request Twilio's? Pure: strings in, a verdict out. Twilio's own validator does the arithmetic; this file
 * decides what it is asked, and must never take the host, the scheme or the port from the request, nor log a token.
 *
 * Rules: https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
import { parse } from "node:querystring";
import { validateBody, validateRequest } from "twilio/lib/webhooks/webhooks.js";

export interface SignedRequest {
  /** Every URL that Twilio may have signed, best guess first: see `signedUrls`. */
  readonly urls: readonly string[];
  /** The `X-Twilio-Signature` header. */
  readonly signature: string | undefined;
  readonly contentType: string | undefined;
  /** The body as it came; empty for a GET, whose parameters are part of the URL. */
  readonly rawBody: string;
  /** `parseFormParams` of the body, where somebody has parsed it already. */
  readonly formParams?: Readonly<Record<string, string | string[]>> | undefined;
}

export type SignatureVerdict =
  /** `tokenIndex` says which of the given tokens signed, so that a finished rotation can be noticed. */
  | { readonly outcome: "valid"; readonly tokenIndex: number }
  | { readonly outcome: "missing" }
  | { readonly outcome: "invalid" }
  /** Twilio signed this URL, but not this body. */
  | { readonly outcome: "body_mismatch" };

// 20 bytes of SHA-1 in base64. Anything else cannot match, and must not cost up to 6 HMACs for each URL and token.
const SIGNATURE = /^[A-Za-z0-9+/]{27}=$/;

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]*/i;

/**
 * Verifies a request against every given URL and auth token. Never throws.
 *
 * Give the tokens of the one account that the request claims to come from (current, then previous): a subaccount signs
 * with its own token, and during a rotation the previous one still signs.
 */
export function verifySignature(request: SignedRequest, authTokens: readonly string[]): SignatureVerdict {
  const { signature } = request;
  if (!signature) return { outcome: "missing" };
  if (!SIGNATURE.test(signature)) return { outcome: "invalid" };

  const urls = [...new Set(request.urls.flatMap(signableUrls))];
  const isBodyHashed = urls.some((url) => isCoveredByHash(request, url));
  const params = isBodyHashed ? {} : (request.formParams ?? parseFormParams(request.rawBody));

  for (const [tokenIndex, token] of authTokens.entries()) {
    // Anybody can sign with an empty key.
    if (token === "") continue;
    const url = urls.find((candidate) => validateRequest(token, signature, candidate, params));
    if (url === undefined) continue;
    if (isBodyHashed && !isSignedBody(request.rawBody, url)) return { outcome: "body_mismatch" };
    return { outcome: "valid", tokenIndex };
  }
  return { outcome: "invalid" };
}

const NOT_ASCII = /[^\0-\x7f]/;

/**
 * All parameters of a form body; a repeated one as an array. The result has no prototype, so a parameter may be called
 * anything, and one that was not sent is undefined whatever its name.
 */
export function parseFormParams(rawBody: string): Record<string, string | string[]> {
  // Where an escape is broken, Node keeps of what isn't ASCII only the lowest byte.
  const ascii = NOT_ASCII.test(rawBody)
    ? rawBody.toWellFormed().replace(/\P{ASCII}+/gu, encodeURIComponent)
    : rawBody;
  // Decodes as URLSearchParams does, and takes 800 kB of "a&a&a" from a stranger in milliseconds, not in 3 seconds.
  return parse(ascii, "&", "=", { maxKeys: 0 }) as Record<string, string | string[]>;
}

/**
 * The URLs under which Twilio may know a request: its path and query on each public base URL (which may have a path
 * prefix). `requestUrl` may be absolute or begin with the path; its own host is ignored, because behind a proxy it is
 * the wrong one and anybody can send any. Give it as it came over the wire: Twilio signs the query byte for byte, and
 * `new URL()` (so `Request.url`, too) re-encodes it.
 */
export function signedUrls(publicUrls: readonly string[], requestUrl: string): readonly string[] {
  const target = withoutFragment(requestUrl.replace(ORIGIN, ""));
  // A request target such as "*" or ".example.net" must not become part of our host name.
  const pathAndQuery = target.startsWith("/") ? target : `/${target}`;
  return [...new Set(publicUrls.flatMap((publicUrl) => rebase(publicUrl, pathAndQuery)))];
}

function rebase(publicUrl: string, pathAndQuery: string): string[] {
  const base = publicUrl.replace(/\/+$/, "");
  const prefix = base.replace(ORIGIN, "");
  const rebased = `${base}${pathAndQuery}`;
  if (prefix === "" || !pathAndQuery.startsWith(`${prefix}/`)) return [rebased];
  // Some proxies pass the prefix on, some strip it; both look the same from here.
  const origin = base.slice(0, -prefix.length);
  return [`${origin}${pathAndQuery}`, rebased];
}

/** What Twilio signs when it is given this URL: no fragment (its own connection settings), no `user:password@`. */
function signableUrls(url: string): string[] {
  const signed = withoutFragment(url).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#\\]*@/i, "$1");
  // Twilio's validator throws on what is not a URL.
  if (!URL.canParse(signed)) return [];
  if (!/^wss?:/i.test(signed)) return [signed];
  const [path = "", ...query] = signed.split("?");
  // Twilio's advice for a WebSocket whose signature does not match: append a slash to the path.
  return path.endsWith("/") ? [signed] : [signed, [`${path}/`, ...query].join("?")];
}

function withoutFragment(url: string): string {
  const fragmentAt = url.indexOf("#");
  return fragmentAt === -1 ? url : url.slice(0, fragmentAt);
}

/**
 * Whether the signature covers the URL only, and a hash within the URL covers the body: how Twilio sends JSON. A form
 * without parameters does not count as a form here; otherwise a signed JSON request could be replayed without its body.
 */
function isCoveredByHash(request: SignedRequest, url: string): boolean {
  if (mediaTypeOf(request.contentType) === "application/json") return true;
  if (isForm(request.contentType) && request.rawBody !== "") return false;
  return bodyHashOf(url) !== undefined;
}

/** Whether a body of this type is one of parameters. */
export function isForm(contentType: string | undefined): boolean {
  return mediaTypeOf(contentType) === "application/x-www-form-urlencoded";
}

function mediaTypeOf(contentType: string | undefined): string | undefined {
  return contentType?.split(";")[0]?.trim().toLowerCase();
}

/** Without a hash only an empty body is signed; else the signature of a GET would vouch for any JSON. */
function isSignedBody(rawBody: string, url: string): boolean {
  const bodyHash = bodyHashOf(url);
  if (bodyHash === undefined) return rawBody === "";
  return validateBody(rawBody, bodyHash);
}

/** Twilio's `bodySHA256` parameter: SHA-256 of the body in lower-case hex. */
function bodyHashOf(url: string): string | undefined {
  const queryAt = url.indexOf("?");
  if (queryAt === -1) return undefined;
  return new URLSearchParams(url.slice(queryAt + 1)).get("bodySHA256") ?? undefined;
}

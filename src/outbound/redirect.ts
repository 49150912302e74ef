// What is asked next when an answer says "elsewhere". Pure.

/** One request of a chain of redirects. */
export interface Hop {
  /** As it was given, so perhaps not a URL at all. */
  readonly url: string;
  readonly method: "GET" | "POST" | "PUT";
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const REPEATED: readonly number[] = [307, 308];
const FETCHED: readonly number[] = [301, 302, 303];

/** All that a stranger gets to see: signatures, tokens and API keys are for the origin that they were meant for. */
const SHOWN_TO_ANYBODY = /^(?:accept|accept-encoding|user-agent|content-.+)$/;
const ABOUT_THE_BODY = /^content-/;

/**
 * The hop that an answer leads to; undefined when it is not a redirect, or does not say where to. 307 and 308 repeat the
 * request, the others fetch what they point to, as browsers do (RFC 9110, 15.4). The new URL is not judged here.
 */
export function redirectedHop(hop: Hop, status: number, location: string | undefined): Hop | undefined {
  if (location === undefined) return undefined;
  if (!REPEATED.includes(status) && !FETCHED.includes(status)) return undefined;
  const url = URL.parse(location, hop.url)?.href ?? location;
  const seen = isSameOrigin(url, hop.url) ? hop.headers : headersWhere(hop.headers, isShownToAnybody);
  if (REPEATED.includes(status)) return { ...hop, url, headers: seen };
  return { url, method: "GET", headers: headersWhere(seen, isNotAboutTheBody), body: undefined };
}

const isShownToAnybody = (name: string) => SHOWN_TO_ANYBODY.test(name);
const isNotAboutTheBody = (name: string) => !ABOUT_THE_BODY.test(name);

function isSameOrigin(a: string, b: string): boolean {
  return URL.parse(a)?.origin === URL.parse(b)?.origin;
}

function headersWhere(headers: Hop["headers"], isKept: (name: string) => boolean): Hop["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name)));
}

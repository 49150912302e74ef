const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * The rule that guards cookie sessions against forged requests: whatever may change something must come from one of
 * our own pages. Requests with an API key need not pass; no browser adds one by itself. The content type is no part of
 * it, because clients may send JSON as `text/plain`, and so may a forger.
 *
 * Every browser states an origin with an unsafe method, so a request with none of the three headers is refused.
 * https://fetch.spec.whatwg.org/#append-a-request-origin-header
 *
 * @param allowed origins such as `https://app.example.com`; a path after them is ignored
 */
export function isAllowedOrigin(request: Request, allowed: readonly string[]): boolean {
  if (SAFE_METHODS.has(request.method)) return true;
  const stated = request.headers.get("origin") ?? request.headers.get("referer");
  if (stated !== null) {
    const origin = originOf(stated);
    return origin !== undefined && allowed.some((url) => originOf(url) === origin);
  }
  const site = request.headers.get("sec-fetch-site");
  return site === "same-origin" || site === "none";
}

// "null" and schemes without an origin (data:, file:) are nobody's, and so equal to nothing.
function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin } = new URL(url);
  return origin === "null" ? undefined : origin;
}

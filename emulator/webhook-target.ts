/** How long to wait and how often to try, from the overrides that a webhook's URL carries in its fragment. */
interface DeliveryPolicy {
  readonly connectMs: number;
  readonly readMs: number;
  readonly totalMs: number;
  readonly retries: number;
  /** Which failures are tried again. */
  readonly retryOn: ReadonlySet<string>;
}

export interface WebhookTarget {
  /** Without fragment. */
  readonly url: string;
  readonly policy: DeliveryPolicy;
}

/** Reads `#rc=2&rp=5xx,ct&tt=3000`; `ceilingMs` bounds what may be asked for, and is the default. */
export function parseTarget(url: string, ceilingMs: number): WebhookTarget {
  const [address = "", fragment = ""] = url.split("#", 2);
  const overrides = new URLSearchParams(fragment);
  const read = (key: string, fallback: number, min: number, max: number) =>
    clamp(overrides.get(key), fallback, min, max);
  return {
    url: address,
    policy: {
      connectMs: read("ct", Math.min(5000, ceilingMs), 100, 10_000),
      readMs: read("rt", ceilingMs, 100, 15_000),
      totalMs: read("tt", ceilingMs, 100, 15_000),
      retries: read("rc", 1, 0, 5),
      retryOn: new Set((overrides.get("rp") ?? "ct").split(",")),
    },
  };
}

function clamp(text: string | null, fallback: number, min: number, max: number): number {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) ? Math.min(Math.max(value, min), max) : fallback;
}

/** The URL with the parameters appended to its query, for GET. */
export function withQuery(url: string, params: Readonly<Record<string, string>>): string {
  return `${url}${url.includes("?") ? "&" : "?"}${new URLSearchParams(params).toString()}`;
}

/** Twilio leaves the port out of what it signs for voice over HTTPS, and keeps it everywhere else. */
export function signedAddress(url: string, product: "voice" | "messaging"): string {
  if (product !== "voice") return url;
  return url.replace(/^(https:\/\/(?:[^/?#@]*@)?[^/?#:]+):\d+/i, "$1");
}

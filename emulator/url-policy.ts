import { TwilioError } from "./twilio-error.ts";

export interface UrlPolicy {
  readonly allowLocalhostUrls: boolean;
}

/** Throws Twilio's refusal unless `value` is a URL that Twilio would accept as a callback. */
export function checkUrl(policy: UrlPolicy, value: string, param: string, code: number): void {
  if (!isAcceptable(policy, value)) throw new TwilioError(400, code, `${param} is not valid: ${value}`);
}

function isAcceptable(policy: UrlPolicy, value: string): boolean {
  if (!/^https?:\/\/[^/]/i.test(value) || !URL.canParse(value)) return false;
  const { hostname } = new URL(value);
  // Twilio refuses underscores in host names, which browsers and most servers put up with.
  if (hostname.includes("_")) return false;
  return policy.allowLocalhostUrls || isPublicHost(hostname);
}

function isPublicHost(hostname: string): boolean {
  if (!hostname.includes(".") || hostname.endsWith(".localhost")) return false;
  return !hostname.startsWith("127.");
}

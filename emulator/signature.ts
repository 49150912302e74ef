import { createHash, createHmac } from "node:crypto";

export interface SignableWebhook {
  /** As requested; a fragment and user:password are left out of the signature, everything else counts. */
  readonly url: string;
  /** Form fields of a POST. Repeated fields have several values. Leave out for GET. */
  readonly params?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** The primary token of the account that owns the resource. */
  readonly authToken: string;
}

/**
 * The X-Twilio-Signature of a webhook: HMAC-SHA1 over the URL, followed by each field's name and value in the order
 * of their names. A repeated field counts once per distinct value.
 */
export function signWebhook({ url, params = {}, authToken }: SignableWebhook): string {
  const fields = Object.keys(params)
    .toSorted()
    .flatMap((name) => distinctValues(params[name]).map((value) => name + value));
  return createHmac("sha1", authToken)
    .update(signableUrl(url) + fields.join(""), "utf8")
    .digest("base64");
}

export interface SignedJson {
  /** With the body's hash appended; this is the URL that is requested. */
  readonly url: string;
  readonly signature: string;
}

/** A webhook with a JSON body is signed through the body's hash in its URL, without any fields. */
export function signJsonWebhook(webhook: { url: string; body: string; authToken: string }): SignedJson {
  const hash = createHash("sha256").update(webhook.body, "utf8").digest("hex");
  const separator = webhook.url.includes("?") ? "&" : "?";
  const url = `${webhook.url}${separator}bodySHA256=${hash}`;
  return { url, signature: signWebhook({ url, authToken: webhook.authToken }) };
}

function distinctValues(value: string | readonly string[] | undefined): string[] {
  const values = typeof value === "string" ? [value] : (value ?? []);
  return [...new Set(values)].toSorted();
}

// By text, not through URL: that would re-encode the query, and the receiver sees it as it was written.
function signableUrl(url: string): string {
  return url.replace(/#.*$/s, "").replace(/^(\w+:\/\/)[^/?#@]*@/, "$1");
}

/**
 * Signs what we send, so that whoever receives it knows that it is from us, unaltered and not an old one sent again.
 * Receivers verify it with any library of Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks
 */
import { Webhook } from "standardwebhooks";
import { randomBase64 } from "../base/random.ts";

export interface SignableWebhook {
  /** The same each time that the same thing is sent, so that the receiver can drop what it has already. */
  readonly id: string;
  /** When this attempt is sent: receivers refuse what is more than some minutes away from their own clock. */
  readonly timestamp: Date;
  /** Exactly what is sent; one character of difference, and no signature fits. */
  readonly body: string;
  /**
   * At least one, each as `newWebhookSecret` makes it. While a secret is replaced, the old and the new one both sign,
   * and the receiver may change over whenever it likes.
   */
  readonly secrets: readonly string[];
}

export interface WebhookHeaders extends Readonly<Record<string, string>> {
  readonly "webhook-id": string;
  /** Seconds since 1970. */
  readonly "webhook-timestamp": string;
  /** One signature a secret, `v1,` and base64 of HMAC-SHA256, separated by spaces. */
  readonly "webhook-signature": string;
}

const SECRET_BYTES = 24;

/** `whsec_` and base64 of 24 random bytes: the form and the least size that the convention asks for. */
export function newWebhookSecret(): string {
  return `whsec_${randomBase64(SECRET_BYTES)}`;
}

/** The headers that go with a body. @throws Error without a secret, or for one that is not base64 */
export function signWebhook({ id, timestamp, body, secrets }: SignableWebhook): WebhookHeaders {
  // An empty signature would look like one to everybody but the receiver.
  if (secrets.length === 0) throw new Error("A webhook cannot be signed without a secret");
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, timestamp, body));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(timestamp.getTime() / 1_000)),
    "webhook-signature": signatures.join(" "),
  };
}

import type { WebhookKind } from "./traffic-types.ts";

export interface Webhook {
  readonly kind: WebhookKind;
  readonly product: "voice" | "messaging";
  /** Whose token signs. */
  readonly accountSid: string;
  /** The call or message it is about. */
  readonly resourceSid: string;
  readonly url: string;
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
}

import type { Holder } from "./traffic-report.ts";

/** A reply that comes too late for the answer to the webhook, and so goes out by itself. */
export interface LateReply {
  /** The SID of the message that it replies to. */
  readonly inReplyTo: string;
  /** The account that the message came in on. */
  readonly accountSid: string;
  /** The number that was written to, as Twilio said it: WhatsApp addresses begin with `whatsapp:`. */
  readonly from: string;
  readonly to: string;
  /** At least one of text and media. */
  readonly text?: string | undefined;
  readonly mediaUrls?: readonly string[] | undefined;
  /** Who had the number when the message came in. */
  readonly holder: Holder;
}

/**
 * Sends a reply at most once. Never rejects: why one has failed is logged, and nobody is there to be told.
 *
 * @returns `opted_out`: whoever wrote has sent STOP, and gets nothing from the number any more
 */
export type SendReply = (reply: LateReply) => Promise<"sent" | "opted_out" | "failed">;

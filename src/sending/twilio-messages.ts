// Messages in Twilio's terms: how one is created, found again, and reported.
import { z } from "zod";
import { channelOf, messageStatusOrder, segmentsOf } from "../traffic/message-status.ts";
import { numberOf } from "../traffic/parameters.ts";
import type { Holder, MessageReport } from "../traffic/traffic-report.ts";
import type { TwilioClient } from "../twilio/client.ts";
import { MESSAGE_SID } from "../twilio/sid.ts";
import { listedSince, ONE_PAGE } from "./listed-since.ts";

export interface OutgoingMessage {
  readonly holder: Holder;
  /** As Twilio takes them: WhatsApp addresses begin with `whatsapp:`. */
  readonly from: string;
  readonly to: string;
  readonly text: string | undefined;
  readonly mediaUrls: readonly string[];
}

/** What is needed of Twilio's answer; without it there is no telling what was answered. */
const resourceSchema = z.object({
  sid: z.string().regex(MESSAGE_SID),
  status: z.string().min(1),
  dateCreated: z.date(),
  // Twilio counts them later where it says 0.
  numSegments: z.coerce.number().int().optional(),
  errorCode: z.int().nullish(),
});

export function whatsAppAddress(e164: string): string {
  return `whatsapp:${e164}`;
}

/**
 * Sends from the number itself, never through a Messaging Service. Not repeated without an answer.
 *
 * @throws TwilioError, or anything else for an answer that makes no sense
 */
export async function createMessage(
  client: TwilioClient,
  message: OutgoingMessage,
  statusCallback: string,
): Promise<MessageReport> {
  const { from, to, text, mediaUrls } = message;
  const created = await client.sdk.messages.create({
    from,
    to,
    statusCallback,
    ...(text === undefined ? {} : { body: text }),
    ...(mediaUrls.length === 0 ? {} : { mediaUrl: [...mediaUrls] }),
  });
  return reportOf(client, message, created);
}

/** Those that the API created with this content at `since` or later. @throws Error where the list does not say */
export async function findMessages(
  client: TwilioClient,
  message: OutgoingMessage,
  since: Date,
): Promise<readonly MessageReport[]> {
  const { from, to, text = "", mediaUrls } = message;
  // Not by date: Twilio filters by the day of sending, which one that is queued does not have.
  const listed = await client.sdk.messages.list({ from, to, ...ONE_PAGE });
  const alike = listedSince(listed, since).filter(
    (found) =>
      found.direction === "outbound-api" &&
      found.body === text &&
      Number(found.numMedia) === mediaUrls.length,
  );
  return alike.map((found) => reportOf(client, message, found));
}

function reportOf(client: TwilioClient, message: OutgoingMessage, resource: unknown): MessageReport {
  const { sid, status, dateCreated, numSegments, errorCode } = resourceSchema.parse(resource);
  const channel = channelOf(sid, message.to);
  return {
    kind: "message",
    accountSid: client.accountSid,
    sid,
    holder: message.holder,
    ourAddress: numberOf(message.from),
    direction: "outbound",
    from: message.from,
    to: message.to,
    channel,
    status,
    statusOrder: messageStatusOrder(status),
    startedAt: dateCreated,
    reportedAt: client.clock.now(),
    errorCode: errorCode ?? undefined,
    segments: segmentsOf(channel, numSegments),
    mediaCount: message.mediaUrls.length,
  };
}

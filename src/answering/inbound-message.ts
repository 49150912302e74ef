// Pure: the message that a webhook of Twilio's is about, and how we tell of it.
// https://www.twilio.com/docs/messaging/guides/webhook-request
import { text, type WebhookParams } from "../accounts/verified-webhook.ts";
import { channelOf, messageStatusOrder, segmentsOf } from "../traffic/message-status.ts";
import { addressOf, numberOf, wholeNumber } from "../traffic/parameters.ts";
import type { MessageChannel, MessageReport } from "../traffic/traffic-report.ts";
import { holderOf, type Route } from "./route.ts";
import { sidIn } from "./webhook-facts.ts";

export interface InboundMedia {
  readonly url: string;
  readonly contentType: string;
}

export interface InboundMessage {
  readonly accountSid: string;
  readonly sid: string;
  readonly channel: MessageChannel;
  readonly from: string;
  readonly to: string;
  readonly ourNumber: string;
  readonly text: string;
  readonly media: readonly InboundMedia[];
  readonly mediaCount: number | undefined;
  /** What only some channels and messages have, by our names. */
  readonly extras: Readonly<Record<string, string>>;
  readonly segments: number | undefined;
}

/** Ours and Twilio's names. */
const EXTRAS = {
  messagingServiceSid: "MessagingServiceSid",
  profileName: "ProfileName",
  whatsAppId: "WaId",
  buttonText: "ButtonText",
  buttonPayload: "ButtonPayload",
  latitude: "Latitude",
  longitude: "Longitude",
  address: "Address",
  label: "Label",
  repliedToMessageSid: "OriginalRepliedMessageSid",
  // Of a keyword, where a Messaging Service has Advanced Opt-Out: Twilio has answered it.
  optOutType: "OptOutType",
} as const;

const MAX_MEDIA = 20;
/** Of segments and media; more than any message has. */
const MAX_COUNT = 1_000;

/** @returns undefined when no message is named */
export function inboundMessage(params: WebhookParams): InboundMessage | undefined {
  const sid = sidIn(params, "MessageSid", "SmsSid");
  if (sid === undefined) return undefined;
  const from = addressOf(text(params.From));
  const to = addressOf(text(params.To));
  const channel = channelOf(sid, to);
  const mediaCount = wholeNumber(text(params.NumMedia), MAX_COUNT);
  return {
    accountSid: text(params.AccountSid),
    sid,
    channel,
    from,
    to,
    ourNumber: numberOf(to),
    text: text(params.Body),
    media: mediaIn(params, mediaCount),
    mediaCount,
    extras: extrasIn(params),
    segments: segmentsOf(channel, wholeNumber(text(params.NumSegments), MAX_COUNT)),
  };
}

function mediaIn(params: WebhookParams, mediaCount = 0): readonly InboundMedia[] {
  return Array.from({ length: Math.min(mediaCount, MAX_MEDIA) }, (_, index) => ({
    url: text(params[`MediaUrl${index}`]),
    contentType: text(params[`MediaContentType${index}`]),
  })).filter(({ url }) => url !== "");
}

function extrasIn(params: WebhookParams): Readonly<Record<string, string>> {
  const all = Object.entries(EXTRAS).map(([ours, twilios]) => [ours, text(params[twilios])] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== ""));
}

/** That a message has come in. @param route undefined when no agent answers it; the recorder finds out who held the number */
export function messageReport(message: InboundMessage, route: Route | undefined, now: Date): MessageReport {
  const { accountSid, sid, channel, from, to, ourNumber, segments, mediaCount } = message;
  return {
    kind: "message",
    accountSid,
    sid,
    holder: route && holderOf(route),
    ourAddress: ourNumber,
    direction: "inbound",
    channel,
    from,
    to,
    status: "received",
    statusOrder: messageStatusOrder("received"),
    startedAt: now,
    reportedAt: now,
    segments,
    mediaCount,
  };
}

/** What the endpoint of an agent is sent. */
export function messageEvent(message: InboundMessage, route: Route, now: Date) {
  const { sid, accountSid, channel, from, to, media, extras } = message;
  return {
    type: "message.received",
    timestamp: now.toISOString(),
    data: {
      messageSid: sid,
      accountSid,
      organizationId: route.orgId,
      phoneNumberId: route.phoneNumberId,
      agentId: route.agentId,
      channel,
      from,
      to,
      text: message.text,
      media,
      ...extras,
    },
  };
}

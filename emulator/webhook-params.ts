import { countryOf, rfc2822 } from "./formats.ts";
import type { CallResource, MessageResource } from "./resources.ts";

export type Params = Record<string, string>;

/** What every voice webhook carries. Geography is empty but for the country, which Twilio also sends at times. */
export function callParams(call: CallResource, status = call.status): Params {
  return {
    AccountSid: call.account_sid,
    ApiVersion: call.api_version,
    CallSid: call.sid,
    CallStatus: status,
    Direction: call.direction,
    ...(call.parent_call_sid !== null && { ParentCallSid: call.parent_call_sid }),
    From: call.from,
    To: call.to,
    Caller: call.from,
    Called: call.to,
    ...geography("From", call.from),
    ...geography("To", call.to),
    ...geography("Caller", call.from),
    ...geography("Called", call.to),
  };
}

const SIP_CODES: Readonly<Record<string, string>> = {
  busy: "486",
  "no-answer": "487",
  failed: "500",
  canceled: "487",
};
const ENDED = new Set(["completed", "busy", "no-answer", "failed", "canceled"]);

/** A voice status callback. Durations come with the last one; minutes are rounded up, as they are billed. */
export function callStatusParams(
  call: CallResource,
  status: string,
  sequenceNumber: number,
  nowMs: number,
): Params {
  const seconds = Number(call.duration ?? 0);
  const sipCode = SIP_CODES[status];
  return {
    ...callParams(call, status),
    CallbackSource: "call-progress-events",
    SequenceNumber: String(sequenceNumber),
    Timestamp: rfc2822(nowMs),
    ...(ENDED.has(status) && { CallDuration: String(seconds), Duration: String(Math.ceil(seconds / 60)) }),
    ...(sipCode !== undefined && { SipResponseCode: sipCode }),
  };
}

/** An inbound message; MessageSid comes under three names, one for each age of the API. */
export function inboundMessageParams(message: MessageResource, mediaUrls: readonly string[]): Params {
  const media = mediaUrls.flatMap((url, index) => [
    [`MediaUrl${index}`, url],
    [`MediaContentType${index}`, "image/jpeg"],
  ]);
  const from = message.from ?? "";
  return {
    MessageSid: message.sid,
    SmsSid: message.sid,
    SmsMessageSid: message.sid,
    SmsStatus: "received",
    AccountSid: message.account_sid,
    ApiVersion: message.api_version,
    From: from,
    To: message.to,
    Body: message.body,
    NumMedia: message.num_media,
    NumSegments: message.num_segments,
    ReferralNumMedia: "0",
    ...(message.messaging_service_sid && { MessagingServiceSid: message.messaging_service_sid }),
    ...Object.fromEntries(media),
    ...(from.startsWith("whatsapp:") ? whatsAppParams(from) : smsGeography(message)),
  };
}

const whatsAppParams = (from: string): Params => ({
  ProfileName: "Emulated",
  WaId: from.replace(/^whatsapp:\+/, ""),
  MessageType: "text",
});

const smsGeography = (message: MessageResource): Params => ({
  ...geography("From", message.from ?? ""),
  ...geography("To", message.to),
});

function geography(prefix: string, address: string): Params {
  return {
    [`${prefix}City`]: "",
    [`${prefix}State`]: "",
    [`${prefix}Zip`]: "",
    [`${prefix}Country`]: countryOf(address),
  };
}

/** A message's status callback. `senderSid` is the WhatsApp sender's, if it went through one. */
export function messageStatusParams(
  message: MessageResource,
  status: string,
  senderSid: string | null,
  nowMs: number,
): Params {
  const isWhatsApp = message.to.startsWith("whatsapp:");
  return {
    MessageSid: message.sid,
    SmsSid: message.sid,
    MessageStatus: status,
    SmsStatus: status,
    AccountSid: message.account_sid,
    ApiVersion: message.api_version,
    From: message.from ?? "",
    To: message.to,
    ...(message.messaging_service_sid && { MessagingServiceSid: message.messaging_service_sid }),
    ...((status === "failed" || status === "undelivered") && {
      ErrorCode: String(message.error_code ?? 30_008),
    }),
    ...(isWhatsApp ? channelParams(message, status, senderSid) : deliveryDate(status, nowMs)),
  };
}

function channelParams(message: MessageResource, status: string, senderSid: string | null): Params {
  return {
    ChannelPrefix: "whatsapp",
    ChannelToAddress: message.to.replace(/^whatsapp:/, "").replace(/\d{4}$/, "XXXX"),
    ...(senderSid !== null && { ChannelInstallSid: senderSid }),
    ...((status === "delivered" || status === "read") && { EventType: status.toUpperCase() }),
  };
}

// YYMMDDhhmm, from the carrier's receipt.
function deliveryDate(status: string, nowMs: number): Params {
  if (status !== "delivered" && status !== "undelivered") return {};
  return { RawDlrDoneDate: new Date(nowMs).toISOString().replaceAll(/\D/g, "").slice(2, 12) };
}

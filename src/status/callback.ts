// Pure: what a status callback says. Parameters come and go without notice and anybody's proxy may mangle them, so what
// cannot be read is left out, and only what names neither a call nor a message is refused.
// https://www.twilio.com/docs/voice/api/call-resource#statuscallback
// https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
import { text, type WebhookParams } from "../accounts/verified-webhook.ts";
import { addMs } from "../base/clock.ts";
import { DAY_MS, MINUTE_MS } from "../base/durations.ts";
import { CALL_ENDED_ORDER, callStatusOrder } from "../traffic/call-status.ts";
import { channelOf, messageStatusOrder } from "../traffic/message-status.ts";
import { addressOf, MAX_CALL_SECONDS, ourNumberOf, wholeNumber, wordOf } from "../traffic/parameters.ts";
import type { CallReport, MessageReport, StatusEvent, TrafficReport } from "../traffic/traffic-report.ts";
import { CALL_SID, MESSAGE_SID } from "../twilio/sid.ts";

export interface StatusCallback {
  readonly event: StatusEvent;
  readonly report: TrafficReport;
}

// A time outside of these is a mistake. A callback may be on its way for long, but it tells of nothing that is to come.
const MAX_AGE_MS = 7 * DAY_MS;
const MAX_AHEAD_MS = 5 * MINUTE_MS;

/**
 * @param sentAt when a message was sent, in the URL of what we send: see `sentStatusUrl`
 * @returns undefined for a callback about neither a call nor a message, or without a status
 */
export function readCallback(
  params: WebhookParams,
  receivedAt: Date,
  sentAt?: string,
): StatusCallback | undefined {
  const callSid = text(params.CallSid);
  if (CALL_SID.test(callSid)) return readCall(params, callSid, receivedAt);
  const messageSid = text(params.MessageSid) || text(params.SmsSid);
  return MESSAGE_SID.test(messageSid) ? readMessage(params, messageSid, receivedAt, sentAt) : undefined;
}

function readCall(params: WebhookParams, sid: string, receivedAt: Date): StatusCallback | undefined {
  const status = word(params.CallStatus);
  if (status === "") return undefined;
  const event = eventOf(params, sid, status, word(params.SequenceNumber), receivedAt);
  return { event, report: callReport(params, event) };
}

function callReport(params: WebhookParams, event: StatusEvent): CallReport {
  const { accountSid, sid, status, receivedAt } = event;
  const direction = text(params.Direction).startsWith("outbound") ? "outbound" : "inbound";
  const [from, to] = [addressOf(text(params.From)), addressOf(text(params.To))];
  const statusOrder = callStatusOrder(status, wholeNumber(text(params.SequenceNumber)));
  const times = callTimes(params, statusOrder, receivedAt);
  return {
    kind: "call",
    accountSid,
    sid,
    parentSid: CALL_SID.test(text(params.ParentCallSid)) ? text(params.ParentCallSid) : undefined,
    ourAddress: ourNumberOf({ direction, from, to }),
    direction,
    from,
    to,
    status,
    statusOrder,
    sipCode: wholeNumber(text(params.SipResponseCode), 999),
    answeredBy: word(params.AnsweredBy) || undefined,
    ...times,
  };
}

/** A callback says when it happened and how long the call took; so when it began can be told, if nobody else has. */
function callTimes(
  params: WebhookParams,
  statusOrder: number,
  receivedAt: Date,
): Pick<CallReport, "startedAt" | "answeredAt" | "endedAt" | "durationSeconds"> {
  const happenedAt = timeNear(Date.parse(text(params.Timestamp)), receivedAt);
  if (statusOrder < CALL_ENDED_ORDER) {
    const isAnswered = text(params.CallStatus) === "in-progress";
    return { startedAt: happenedAt, ...(isAnswered ? { answeredAt: happenedAt } : {}) };
  }
  const durationSeconds = wholeNumber(text(params.CallDuration), MAX_CALL_SECONDS);
  const startedAt = new Date(happenedAt.getTime() - (durationSeconds ?? 0) * 1_000);
  const wasAnswered = durationSeconds !== undefined && durationSeconds > 0;
  return {
    startedAt,
    endedAt: happenedAt,
    durationSeconds,
    ...(wasAnswered ? { answeredAt: startedAt } : {}),
  };
}

function readMessage(
  params: WebhookParams,
  sid: string,
  receivedAt: Date,
  sentAt: string | undefined,
): StatusCallback | undefined {
  const status = word(params.MessageStatus) || word(params.SmsStatus);
  if (status === "") return undefined;
  const event = eventOf(params, sid, status, word(params.EventType), receivedAt);
  return { event, report: messageReport(params, event, sentAt) };
}

function messageReport(params: WebhookParams, event: StatusEvent, sentAt: string | undefined): MessageReport {
  const { accountSid, sid, status, receivedAt } = event;
  const [from, to] = [addressOf(text(params.From)), addressOf(text(params.To))];
  const direction = status === "received" || status === "receiving" ? "inbound" : "outbound";
  return {
    kind: "message",
    accountSid,
    sid,
    channel: channelOf(sid, to),
    ourAddress: ourNumberOf({ direction, from, to }),
    direction,
    from,
    to,
    status,
    statusOrder: messageStatusOrder(status),
    startedAt: timeNear(Number(sentAt), receivedAt),
    reportedAt: receivedAt,
    errorCode: wholeNumber(text(params.ErrorCode)),
    segments: channelOf(sid, to) === "sms" ? undefined : 1,
  };
}

function eventOf(
  params: WebhookParams,
  sid: string,
  status: string,
  discriminator: string,
  receivedAt: Date,
): StatusEvent {
  const accountSid = word(params.AccountSid);
  return { accountSid, sid, status, discriminator, params, receivedAt };
}

function word(value: string | string[] | undefined): string {
  return wordOf(text(value));
}

function timeNear(time: number, receivedAt: Date): Date {
  const ageMs = receivedAt.getTime() - time;
  return ageMs < MAX_AGE_MS && ageMs > -MAX_AHEAD_MS ? addMs(receivedAt, -ageMs) : receivedAt;
}

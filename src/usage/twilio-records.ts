// Pure: what Twilio's own record of a call or a message says, as a report. The SDK's types promise more than the API does:
// a date may be null or text that is none, and numbers come as text. So each field is read by itself, what cannot be read
// is left out, and what names neither a call nor a message, whose, or in which direction, is no report.
// https://www.twilio.com/docs/voice/api/call-resource#call-properties
// https://www.twilio.com/docs/messaging/api/message-resource#message-properties
import { storable } from "../base/text.ts";
import { CALL_ENDED_ORDER, recordedCallOrder } from "../traffic/call-status.ts";
import { channelOf, recordedMessageOrder, segmentsOf } from "../traffic/message-status.ts";
import { addressOf, MAX_CALL_SECONDS, ourNumberOf, wholeNumber, wordOf } from "../traffic/parameters.ts";
import type { CallReport, Direction, MessageReport } from "../traffic/traffic-report.ts";
import { ACCOUNT_SID, CALL_SID, MESSAGE_SID } from "../twilio/sid.ts";

export interface TwilioRecord<Report> {
  readonly report: Report;
  /** What the date filters of Twilio's lists go by. */
  readonly listedAt: Date;
}

/** Fields as the SDK names them, whatever they hold. */
type Fields<Name extends string> = { readonly [field in Name]?: unknown };

type SharedField =
  | "sid"
  | "accountSid"
  | "status"
  | "direction"
  | "from"
  | "to"
  | "price"
  | "priceUnit"
  | "dateCreated";
export type CallRecord = Fields<
  SharedField | "parentCallSid" | "startTime" | "endTime" | "duration" | "answeredBy"
>;
export type MessageRecord = Fields<
  SharedField | "dateSent" | "dateUpdated" | "errorCode" | "numSegments" | "numMedia"
>;

/** PostgreSQL and JavaScript agree about the years between; Twilio began in 2008. */
const YEARS = { first: 2000, last: 9999 };

/** The words of a trunk are the trunk's: it terminates calls to the telephone network, and originates those from there. */
const CALL_DIRECTIONS: ReadonlyMap<string, Direction> = new Map([
  ["inbound", "inbound"],
  ["outbound-api", "outbound"],
  ["outbound-dial", "outbound"],
  ["trunking-originating", "inbound"],
  ["trunking-terminating", "outbound"],
]);

const MESSAGE_DIRECTIONS: ReadonlyMap<string, Direction> = new Map([
  ["inbound", "inbound"],
  ["outbound-api", "outbound"],
  ["outbound-call", "outbound"],
  ["outbound-reply", "outbound"],
]);

export function readCallRecord(record: CallRecord): TwilioRecord<CallReport> | undefined {
  const shared = readShared(record, CALL_SID, CALL_DIRECTIONS);
  const startedAt = timeOf(record.startTime) ?? timeOf(record.dateCreated);
  if (!shared || !startedAt) return undefined;
  const statusOrder = recordedCallOrder(shared.status);
  const hasEnded = statusOrder >= CALL_ENDED_ORDER;
  const parentSid = textOf(record.parentCallSid);
  const report: CallReport = {
    ...shared,
    kind: "call",
    ourAddress: ourNumberOf(shared),
    statusOrder,
    startedAt,
    parentSid: CALL_SID.test(parentSid) ? parentSid : undefined,
    answeredBy: wordOf(textOf(record.answeredBy)) || undefined,
    endedAt: hasEnded ? timeOf(record.endTime) : undefined,
    durationSeconds: hasEnded ? wholeNumber(textOf(record.duration), MAX_CALL_SECONDS) : undefined,
  };
  return { report, listedAt: startedAt };
}

export function readMessageRecord(record: MessageRecord): TwilioRecord<MessageReport> | undefined {
  const shared = readShared(record, MESSAGE_SID, MESSAGE_DIRECTIONS);
  const sentAt = timeOf(record.dateSent);
  const startedAt = timeOf(record.dateCreated) ?? sentAt;
  if (!shared || !startedAt) return undefined;
  const channel = channelOf(shared.sid, shared.to);
  const report: MessageReport = {
    ...shared,
    kind: "message",
    channel,
    ourAddress: ourNumberOf(shared),
    statusOrder: recordedMessageOrder(shared.status),
    startedAt,
    reportedAt: timeOf(record.dateUpdated) ?? sentAt ?? startedAt,
    errorCode: wholeNumber(textOf(record.errorCode)) || undefined,
    // 0 while a Messaging Service has not yet decided how it sends.
    segments: segmentsOf(channel, wholeNumber(textOf(record.numSegments))),
    mediaCount: wholeNumber(textOf(record.numMedia)),
  };
  return { report, listedAt: sentAt ?? startedAt };
}

function readShared(
  record: Fields<SharedField>,
  sidForm: RegExp,
  directions: ReadonlyMap<string, Direction>,
) {
  const [sid, accountSid, status] = [
    textOf(record.sid),
    textOf(record.accountSid),
    wordOf(textOf(record.status)),
  ];
  const direction = directions.get(textOf(record.direction));
  if (!sidForm.test(sid) || !ACCOUNT_SID.test(accountSid) || status === "" || !direction) return undefined;
  const price = priceOf(record.price);
  return {
    accountSid,
    sid,
    status,
    direction,
    from: addressOf(textOf(record.from)),
    to: addressOf(textOf(record.to)),
    price,
    priceUnit: price === undefined ? undefined : currencyOf(record.priceUnit),
  };
}

/** Twilio writes what it takes as a negative decimal. Six decimals are kept; it uses five. */
function priceOf(value: unknown): string | undefined {
  return /^-?(\d{1,8}(?:\.\d{1,12})?)$/.exec(textOf(value))?.[1];
}

function currencyOf(value: unknown): string | undefined {
  const unit = textOf(value).toUpperCase();
  return /^[A-Z]{3}$/.test(unit) ? unit : undefined;
}

function timeOf(value: unknown): Date | undefined {
  const time = value instanceof Date ? value : new Date(Date.parse(textOf(value)));
  const year = time.getUTCFullYear();
  return year >= YEARS.first && year <= YEARS.last ? time : undefined;
}

function textOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? storable(value) : "";
}

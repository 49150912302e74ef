// Pure: what one of Twilio's own alerts says. The SDK's types promise more than the API does, so each field is read by
// itself. https://www.twilio.com/docs/usage/monitor-alert#alert-properties
import { storable } from "../base/text.ts";
import { SID } from "../twilio/sid.ts";
import type { Severity } from "./alert.ts";

/** What Twilio could not do with somebody's URL, TwiML or session. */
export interface MonitorAlert {
  /** NO… */
  readonly sid: string;
  readonly errorCode: number;
  readonly severity: Severity;
  readonly generatedAt: Date;
  /** Empty where no request was involved. */
  readonly url: string;
  readonly text: string;
  /** The call, message or number that it is about; several fields may name one. */
  readonly resourceSids: readonly string[];
}

/** Fields as the SDK names them, whatever they hold. */
export interface MonitorRecord {
  readonly sid?: unknown;
  readonly accountSid?: unknown;
  readonly errorCode?: unknown;
  readonly logLevel?: unknown;
  readonly dateGenerated?: unknown;
  readonly requestUrl?: unknown;
  readonly alertText?: unknown;
  readonly resourceSid?: unknown;
  readonly serviceSid?: unknown;
}

/** `notice` and `debug` ask nothing of anybody. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ["error", "error"],
  ["warning", "warning"],
]);

const MAX_TEXT_LENGTH = 500;
const MAX_URL_LENGTH = 2_000;

/** @returns undefined for what is no warning or error of this account, or says too little to be one */
export function readMonitorAlert(accountSid: string, record: MonitorRecord): MonitorAlert | undefined {
  const severity = SEVERITIES.get(textOf(record.logLevel).toLowerCase());
  const sid = textOf(record.sid);
  const errorCode = Number(textOf(record.errorCode));
  const generatedAt = new Date(
    record.dateGenerated instanceof Date ? record.dateGenerated : textOf(record.dateGenerated),
  );
  const isWhole = SID.test(sid) && Number.isSafeInteger(errorCode) && errorCode > 0;
  if (textOf(record.accountSid) !== accountSid || !severity || !isWhole) return undefined;
  if (Number.isNaN(generatedAt.getTime())) return undefined;
  return {
    sid,
    errorCode,
    severity,
    generatedAt,
    url: textOf(record.requestUrl).slice(0, MAX_URL_LENGTH),
    text: textOf(record.alertText).slice(0, MAX_TEXT_LENGTH),
    resourceSids: [record.resourceSid, record.serviceSid].map(textOf).filter((text) => SID.test(text)),
  };
}

/** Whether Twilio sent it to us; `publicUrls` are the bases that Twilio was ever given. */
export function isOurs({ url }: Pick<MonitorAlert, "url">, publicUrls: readonly string[]): boolean {
  return publicUrls.some((base) => url.startsWith(`${base}/api/twilio/`));
}

/**
 * Whether it says that somebody was not answered as they should be, whoever's URL it was: HTTP retrieval, TwiML and its
 * verbs, sessions with a WebSocket. Others are about messages that do not arrive, requests to the API, billing …
 * https://www.twilio.com/docs/api/errors
 */
export function isAboutAnswering({ errorCode }: Pick<MonitorAlert, "errorCode">): boolean {
  const group = Math.floor(errorCode / 1_000);
  return (group >= 11 && group <= 15) || group === 64 || errorCode === 39_001;
}

function textOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? storable(value) : "";
}

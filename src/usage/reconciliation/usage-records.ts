// Pure: what Twilio's Usage Records say of a day, in the categories that the ledger has as well. What WhatsApp itself
// charges, by conversation or template, is counted in others.
// https://www.twilio.com/docs/usage/api/usage-record#usage-all-categories and, on the same page, #usage-whatsapp
import type { UsageKind } from "../../db/tables/usage.ts";
import type { Direction } from "../../traffic/traffic-report.ts";
import { dayOf } from "../day.ts";

export interface UsageCategory {
  readonly name: string;
  readonly kind: UsageKind;
  readonly direction: Direction;
  /** Of its usage. */
  readonly unit: "minutes" | "segments" | "messages";
}

export const CATEGORIES: readonly UsageCategory[] = [
  { name: "calls-inbound", kind: "voice", direction: "inbound", unit: "minutes" },
  { name: "calls-outbound", kind: "voice", direction: "outbound", unit: "minutes" },
  { name: "sms-inbound", kind: "sms", direction: "inbound", unit: "segments" },
  { name: "sms-outbound", kind: "sms", direction: "outbound", unit: "segments" },
  { name: "mms-inbound", kind: "mms", direction: "inbound", unit: "messages" },
  { name: "mms-outbound", kind: "mms", direction: "outbound", unit: "messages" },
  { name: "channels-whatsapp-inbound", kind: "whatsapp", direction: "inbound", unit: "messages" },
  { name: "channels-whatsapp-outbound", kind: "whatsapp", direction: "outbound", unit: "messages" },
];

export interface DayUsage {
  readonly day: string;
  readonly count: number;
  readonly usage: number;
  /** A decimal, positive where something is charged. */
  readonly price: string | undefined;
  readonly priceUnit: string | undefined;
}

type UsageField = "startDate" | "count" | "usage" | "price" | "priceUnit";

/** @returns undefined for a record without a day. A quantity that cannot be read is none. */
export function readUsageRecord(record: { readonly [field in UsageField]?: unknown }): DayUsage | undefined {
  const { startDate } = record;
  if (!(startDate instanceof Date) || Number.isNaN(startDate.getTime())) return undefined;
  const price = /^-?\d{1,14}(\.\d{1,12})?$/.exec(text(record.price))?.[0];
  const unit = text(record.priceUnit).toUpperCase();
  return {
    day: dayOf(startDate),
    count: quantity(record.count),
    usage: quantity(record.usage),
    price,
    priceUnit: price !== undefined && /^[A-Z]{3}$/.test(unit) ? unit : undefined,
  };
}

/** Whole, as minutes, segments and messages are, even where Twilio writes decimals. */
function quantity(value: unknown): number {
  return /^\d{1,15}(\.\d+)?$/.test(text(value)) ? Math.round(Number(value)) : 0;
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

import type { UsageKind } from "../db/tables/usage.ts";
import type { Direction } from "../traffic/traffic-report.ts";

/** One entry of the ledger: the charge of a call leg or message, or what a correction adds to it or takes away. */
export interface UsageEntry {
  readonly id: number;
  /** The id of the charge that it corrects; null for a charge itself. */
  readonly corrects: number | null;
  readonly kind: UsageKind;
  readonly direction: Direction;
  /** Twilio's, of the call leg or message. */
  readonly sid: string;
  readonly phoneNumberId: string;
  /** Null where the number had no agent. */
  readonly agentId: string | null;
  /** Of the call leg or message, as the day is. */
  readonly beganAt: Date;
  readonly day: string;
  readonly count: number;
  /** Not rounded. */
  readonly seconds: number;
  /** What the entry adds to the leg's minutes, which are rounded up over all of its entries. */
  readonly minutes: number;
  readonly segments: number;
  /** Twilio has not said yet how many segments there are. */
  readonly provisional: boolean;
  /** What Twilio charges, in `priceUnit`: a decimal. Null where the entry says nothing about it. */
  readonly price: string | null;
  readonly priceUnit: string | null;
  readonly recordedAt: Date;
}

/** The same wherever an entry is shown. */
export function entryName(id: number): string {
  return `usage_${id}`;
}

/** An entry as it is shown. The order of the members is that of the columns of an export. */
export function entryView(entry: UsageEntry) {
  return {
    id: entryName(entry.id),
    type: entry.corrects === null ? "charge" : "correction",
    corrects: entry.corrects === null ? null : entryName(entry.corrects),
    kind: entry.kind,
    direction: entry.direction,
    sid: entry.sid,
    phoneNumberId: entry.phoneNumberId,
    chatbotId: entry.agentId,
    beganAt: entry.beganAt.toISOString(),
    day: entry.day,
    count: entry.count,
    seconds: entry.seconds,
    minutes: entry.minutes,
    segments: entry.segments,
    provisional: entry.provisional,
    price: entry.price,
    priceUnit: entry.priceUnit,
    recordedAt: entry.recordedAt.toISOString(),
  };
}

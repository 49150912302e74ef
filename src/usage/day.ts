// Calendar days, UTC, as text: 2026-03-01. Days order as their texts do.
import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";

/** Before Twilio's first call. Keeps out days that JavaScript knows and SQL does not, such as 0000-01-01. */
const FIRST_DAY = "2000-01-01";

export const daySchema = z.iso
  .date("A day of the calendar, such as 2026-03-01")
  .refine((day) => day >= FIRST_DAY, `${FIRST_DAY} or later`)
  .meta({ description: "A day, UTC" });

/** A range, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

export function today(clock: Clock): string {
  return dayOf(clock.now());
}

/** How many days a range has, its last one included. */
export function countDays(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

/** The days before today. */
export function lastDays(count: number, now: Date): Days {
  return { from: daysAfter(dayOf(now), -count), to: daysAfter(dayOf(now), -1) };
}

export function eachDay({ from, to }: Days): readonly string[] {
  return Array.from({ length: countDays(from, to) }, (_, index) => daysAfter(from, index));
}

/** From a day on, until the one before another; none where that is not later. */
export function daysBetween(from: string, before: string): readonly string[] {
  return from < before ? eachDay({ from, to: daysAfter(before, -1) }) : [];
}

export function daysAfter(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * DAY_MS));
}

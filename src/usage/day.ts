// Calendar days, UTC, as text: 2026-03-01. Days order as their texts do.
import { z } from "zod";
import type { Clock } from "../base/clock.ts";

/** Before Twilio's first call. Keeps out days that JavaScript knows and SQL does not, such as 0000-01-01. */
const FIRST_DAY = "2000-01-01";
const DAY_MS = 24 * 3_600_000;

export const daySchema = z.iso
  .date("A day of the calendar, such as 2026-03-01")
  .refine((day) => day >= FIRST_DAY, `${FIRST_DAY} or later`)
  .meta({ description: "A day, UTC" });

export function today(clock: Clock): string {
  return clock.now().toISOString().slice(0, 10);
}

/** How many days a range has, its last one included. */
export function countDays(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

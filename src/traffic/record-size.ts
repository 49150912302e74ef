import type { Json } from "../base/json.ts";
import type { TrafficRecord } from "./traffic-report.ts";

/** A report, whose texts are all short, and what a record has besides its parameters. */
const RECORD_BYTES = 1_000;
/** Of a value beside its text: its place in an object or array, and the quotes and commas of its JSON. */
const VALUE_BYTES = 64;
/** Of a character in memory at the most. As JSON most have one byte, and control characters six. */
const CHARACTER_BYTES = 2;

/**
 * About how many bytes a record keeps in memory, told without writing its JSON, which is never more than three times as
 * large. What Twilio sends has 3 to 4 kB; what whoever knows a token sends may fill a body.
 */
export function recordSizeBytes({ event }: TrafficRecord): number {
  return RECORD_BYTES + (event ? jsonSizeBytes(event.params) : 0);
}

function jsonSizeBytes(value: Json | undefined): number {
  if (typeof value === "string") return VALUE_BYTES + CHARACTER_BYTES * value.length;
  if (typeof value !== "object" || value === null) return VALUE_BYTES;
  let sizeBytes = VALUE_BYTES;
  if (Array.isArray(value)) {
    for (const element of value) sizeBytes += jsonSizeBytes(element);
    return sizeBytes;
  }
  for (const name in value) sizeBytes += CHARACTER_BYTES * name.length + jsonSizeBytes(value[name]);
  return sizeBytes;
}

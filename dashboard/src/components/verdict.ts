import type { Schemas } from "../api/client.ts";

export type Verdict = NonNullable<Schemas["PhoneNumber"]["verdicts"]>["voice"];

export const VERDICT = {
  ours: { label: "The agent answers", color: "teal" },
  ours_stale: { label: "Ours, but out of date", color: "orange" },
  other_deployment: { label: "Another Switchhook answers", color: "orange" },
  foreign: { label: "Somebody else answers", color: "orange" },
  shadowed: { label: "Shadowed", color: "red" },
  nobody: { label: "Nobody answers", color: "gray" },
  unknown: { label: "Not known", color: "yellow" },
} as const satisfies Record<Verdict, { readonly label: string; readonly color: string }>;

export function isVerdict(value: unknown): value is Verdict {
  return typeof value === "string" && Object.hasOwn(VERDICT, value);
}

import { Badge } from "@mantine/core";
import type { Schemas } from "../api/client.ts";

export type Outcome = Schemas["AuditEntry"]["outcome"];

const OUTCOME: Record<Outcome, { readonly label: string; readonly color: string }> = {
  committed: { label: "Done", color: "teal" },
  rolled_back: { label: "Taken back", color: "orange" },
  refused: { label: "Refused", color: "gray" },
  needs_attention: { label: "Needs attention", color: "red" },
};

export const OUTCOME_OPTIONS = Object.entries(OUTCOME).flatMap(([value, { label }]) =>
  isOutcome(value) ? { value, label } : [],
);

export function isOutcome(value: unknown): value is Outcome {
  return typeof value === "string" && Object.hasOwn(OUTCOME, value);
}

/** What became of what somebody did. */
export function OutcomeBadge({ outcome }: { readonly outcome: Outcome }) {
  const { label, color } = OUTCOME[outcome];
  return <Badge color={color}>{label}</Badge>;
}

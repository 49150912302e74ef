import { Badge } from "@mantine/core";
import type { Schemas } from "../api/client.ts";

type Outcome = Schemas["AuditEntry"]["outcome"];

const OUTCOME: Record<Outcome, { readonly label: string; readonly color: string }> = {
  committed: { label: "Done", color: "teal" },
  rolled_back: { label: "Taken back", color: "orange" },
  refused: { label: "Refused", color: "gray" },
  needs_attention: { label: "Needs attention", color: "red" },
};

/** What became of what somebody did. */
export function OutcomeBadge({ outcome }: { readonly outcome: Outcome }) {
  const { label, color } = OUTCOME[outcome];
  return <Badge color={color}>{label}</Badge>;
}

import { Badge } from "@mantine/core";
import { HEALTH, type Health } from "./health.ts";

/** Colour, sign and word, so that no one of them is needed. */
export function HealthBadge({ health }: { readonly health: Health }) {
  const { label, color, icon: Icon, meaning } = HEALTH[health];
  return (
    <Badge color={color} title={meaning} leftSection={<Icon size={13} stroke={2.2} aria-hidden />}>
      {label}
    </Badge>
  );
}

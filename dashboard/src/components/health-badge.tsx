import { Badge, Tooltip } from "@mantine/core";
import { HEALTH, type Health } from "./health.ts";

/** Colour, sign and word, so that no one of them is needed. */
export function HealthBadge({ health }: { readonly health: Health }) {
  const { label, color, icon: Icon, meaning } = HEALTH[health];
  return (
    <Tooltip label={meaning} multiline maw={260}>
      <Badge color={color} leftSection={<Icon size={13} stroke={2.2} aria-hidden />}>
        {label}
      </Badge>
    </Tooltip>
  );
}

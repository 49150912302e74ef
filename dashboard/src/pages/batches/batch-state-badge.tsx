import { Badge } from "@mantine/core";
import { BATCH_STATES, type BatchState } from "./batch-words.ts";

export function BatchStateBadge({ state }: { readonly state: BatchState }) {
  const { label, color, icon: Icon } = BATCH_STATES[state];
  return (
    <Badge color={color} leftSection={<Icon size={13} stroke={2.2} aria-hidden />} miw="max-content">
      {label}
    </Badge>
  );
}

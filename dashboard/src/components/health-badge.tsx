import { HEALTH, type Health } from "./health.ts";
import { PlainBadge } from "./plain-badge.tsx";

/** Colour, sign and word, so that no one of them is needed. */
export function HealthBadge({ health }: { readonly health: Health }) {
  const { label, color, icon: Icon, meaning } = HEALTH[health];
  return (
    <PlainBadge color={color} title={meaning}>
      <Icon size={13} stroke={2.2} aria-hidden />
      {label}
    </PlainBadge>
  );
}

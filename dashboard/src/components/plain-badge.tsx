import type { ReactNode } from "react";
import classes from "./plain-badge.module.css";

interface PlainBadgeProps {
  readonly color: string;
  readonly title?: string;
  readonly children: ReactNode;
}

/** A badge of one element, for the rows of long tables, where Mantine's costs more than the rest of the row. */
export function PlainBadge({ color, title, children }: PlainBadgeProps) {
  const style = {
    background: `var(--mantine-color-${color}-light)`,
    color: `var(--mantine-color-${color}-light-color)`,
  };
  return (
    <span className={classes.badge} style={style} title={title}>
      {children}
    </span>
  );
}

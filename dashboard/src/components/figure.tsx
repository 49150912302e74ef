import { Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface FigureProps {
  readonly label: string;
  readonly children: ReactNode;
  readonly detail?: ReactNode;
}

/** One number that says something by itself. */
export function Figure({ label, children, detail }: FigureProps) {
  return (
    <Paper px="md" py="sm" miw={0} h="100%">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="div" fw={650} fz={22} lh={1.3} className="number">
        {children}
      </Text>
      {detail !== undefined && (
        <Text size="xs" c="dimmed" component="div">
          {detail}
        </Text>
      )}
    </Paper>
  );
}

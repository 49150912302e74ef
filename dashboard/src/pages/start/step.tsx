import { Box, Group, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCheck, IconCircleDashed, IconPointFilled } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface StepProps {
  readonly state: "done" | "current" | "later";
  readonly title: string;
  /** What it led to, once it is done. */
  readonly summary: ReactNode;
  readonly children: ReactNode;
}

const LOOK = {
  done: { color: "teal", icon: IconCheck, word: "Done" },
  current: { color: "indigo", icon: IconPointFilled, word: "Now" },
  later: { color: "gray", icon: IconCircleDashed, word: "Later" },
} as const;

export function Step({ state, title, summary, children }: StepProps) {
  const { color, icon: Icon, word } = LOOK[state];
  return (
    <li aria-current={state === "current" ? "step" : undefined}>
      <Group wrap="nowrap" align="flex-start" gap="md">
        <ThemeIcon color={color} variant={state === "current" ? "filled" : "light"} radius="xl" size={28}>
          <Icon size={16} aria-label={word} />
        </ThemeIcon>
        <Box flex={1} miw={0}>
          <Title order={2} fz="md" lh="28px" c={state === "later" ? "dimmed" : undefined}>
            {title}
          </Title>
          {state === "done" && summary !== "" && (
            <Text size="sm" c="dimmed">
              {summary}
            </Text>
          )}
          {state === "current" && <Box mt="sm">{children}</Box>}
        </Box>
      </Group>
    </li>
  );
}

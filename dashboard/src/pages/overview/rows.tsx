import { Group, Skeleton, Stack, Text } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface RowProps {
  readonly title: ReactNode;
  readonly badge: ReactNode;
  readonly detail: string;
  readonly children: ReactNode;
}

/** Something to look at: what it is, what that means, and about what. */
export function Row({ title, badge, detail, children }: RowProps) {
  return (
    <div>
      <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm" fw={550} style={{ overflowWrap: "anywhere" }}>
          {title}
        </Text>
        {badge}
      </Group>
      <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {detail}
      </Text>
      <Text size="xs" c="dimmed" component="div" mt={2}>
        {children}
      </Text>
    </div>
  );
}

export function AllWell({ icon: Icon, children }: { readonly icon: Icon; readonly children: ReactNode }) {
  return (
    <Group gap="xs" py="md" c="dimmed" wrap="nowrap">
      <Icon size={20} stroke={1.6} color="var(--mantine-color-teal-6)" style={{ flex: "none" }} aria-hidden />
      <Text size="sm">{children}</Text>
    </Group>
  );
}

export function RowsLoading() {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      <Skeleton h={16} />
      <Skeleton h={16} w="70%" />
    </Stack>
  );
}

import { Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { Logo } from "../../shell/logo.tsx";

/** What is around the pages of those who are not signed in. */
export function Outside({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useDocumentTitle(`${title} · Switchhook`);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={400}>
        <Group gap="xs" justify="center">
          <Logo size={32} />
          <Text fw={700} fz={22} style={{ letterSpacing: "-0.02em" }}>
            Switchhook
          </Text>
        </Group>
        <Paper p="xl">
          <Stack>
            <Title order={1} fz="h2">
              {title}
            </Title>
            {children}
          </Stack>
        </Paper>
        <Text size="sm" c="dimmed" ta="center">
          Connects Twilio phone numbers to AI agents, and keeps them connected.
        </Text>
      </Stack>
    </Center>
  );
}

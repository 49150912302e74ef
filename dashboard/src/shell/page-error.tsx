import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDidUpdate } from "@mantine/hooks";
import { IconError404, IconReload } from "@tabler/icons-react";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { useConnectionLost } from "../api/connection.ts";
import { EmptyState } from "../components/empty-state.tsx";
import { ProblemAlert } from "../components/problem-alert.tsx";

/** What stands in place of a page that failed: a problem of the API as such, and for anything else a way on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const tryAgain = () => {
    reset();
    void router.invalidate();
  };
  const isLost = useConnectionLost() !== undefined;
  useDidUpdate(() => {
    if (!isLost) tryAgain();
  }, [isLost]);
  return (
    <Stack className="page" maw={640} p="md">
      <Title order={1}>This page could not be shown</Title>
      <ProblemAlert error={error} />
      <Text c="dimmed">
        Nothing was changed. If it goes on, reload the page: there may be a newer version of it.
      </Text>
      <Group>
        <Button onClick={tryAgain}>Try again</Button>
        <Button variant="default" leftSection={<IconReload size={16} />} onClick={() => location.reload()}>
          Reload
        </Button>
      </Group>
    </Stack>
  );
}

export function NotFound() {
  return (
    <main>
      <EmptyState
        order={1}
        icon={IconError404}
        title="There is nothing at this address"
        action={<Button renderRoot={(props) => <Link to="/" {...props} />}>To the overview</Button>}
      >
        It may have been removed, or the link is incomplete.
      </EmptyState>
    </main>
  );
}

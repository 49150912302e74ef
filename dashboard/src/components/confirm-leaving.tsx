import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";

/** Asks before another page, or the window's end, takes with it what was typed and not saved. */
export function ConfirmLeaving({ hasEdits }: { readonly hasEdits: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => hasEdits && current.pathname !== next.pathname,
    enableBeforeUnload: () => hasEdits,
    withResolver: true,
  });
  return (
    <Modal opened={status === "blocked"} onClose={() => reset?.()} title="Leave without saving?">
      <Stack>
        <Text size="sm">What you have changed on this page is not saved, and would be lost.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={reset}>
            Stay
          </Button>
          <Button color="red" onClick={proceed}>
            Leave
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

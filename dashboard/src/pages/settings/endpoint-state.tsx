import { Alert, Button, Code, Stack, Text } from "@mantine/core";

export interface Endpoint {
  readonly url: string;
  readonly undelivered: number;
  readonly refused: number;
  readonly refusedEvents: readonly { readonly id: string; readonly said: string }[];
  readonly failures: number;
  readonly lastFailure: string | null;
}

interface EndpointStateProps {
  readonly endpoint: Endpoint;
  /** Sends what it has refused for good once more. */
  readonly onResend: () => void;
  readonly isResending: boolean;
}

/** Where something is sent to, and whether it arrives. */
export function EndpointState({ endpoint, onResend, isResending }: EndpointStateProps) {
  const { url, undelivered, refused, refusedEvents, failures, lastFailure } = endpoint;
  const [latest] = refusedEvents;
  return (
    <Stack gap={6}>
      <Code style={{ overflowWrap: "anywhere" }}>{url}</Code>
      <Text size="sm" c="dimmed">
        {undelivered === 0 ? "Nothing waits to be taken." : `${undelivered} not taken yet.`}
      </Text>
      {failures > 0 && (
        <Alert
          color="orange"
          title={failures === 1 ? "The last delivery failed" : `${failures} deliveries failed`}
        >
          {lastFailure}
        </Alert>
      )}
      {latest && (
        <Alert
          color="orange"
          title={refused === 1 ? "One event is refused" : `${refused} events are refused`}
        >
          <Stack gap="xs" align="flex-start">
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              They are set aside, and the others go on without them. The latest is {latest.id}: {latest.said}
            </Text>
            <Button size="xs" variant="default" loading={isResending} onClick={onResend}>
              Send them again
            </Button>
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}

import { Alert, Code, Stack, Text } from "@mantine/core";

export interface Endpoint {
  readonly url: string;
  readonly undelivered: number;
  readonly failures: number;
  readonly lastFailure: string | null;
}

/** Where something is sent to, and whether it arrives. */
export function EndpointState({ endpoint }: { readonly endpoint: Endpoint }) {
  const { url, undelivered, failures, lastFailure } = endpoint;
  return (
    <Stack gap={6}>
      <Code style={{ overflowWrap: "anywhere" }}>{url}</Code>
      <Text size="sm" c="dimmed">
        {undelivered === 0 ? "Everything has been taken." : `${undelivered} not taken yet.`}
      </Text>
      {failures > 0 && (
        <Alert
          color="orange"
          title={failures === 1 ? "The last delivery failed" : `${failures} deliveries failed`}
        >
          {lastFailure}
        </Alert>
      )}
    </Stack>
  );
}

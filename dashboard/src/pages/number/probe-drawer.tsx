import { Alert, Badge, Button, Code, Drawer, Group, Loader, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";

interface ProbeDrawerProps {
  readonly number: Schemas["PhoneNumber"];
  readonly onClose: () => void;
}

const WEBHOOK: Record<Schemas["ProbedWebhook"]["webhook"], string> = {
  voice: "Calls",
  message: "Messages",
  status: "Status callbacks",
};

/** The number's webhooks, sent as Twilio sends them, and what became of each. */
export function ProbeDrawer({ number: { id }, onClose }: ProbeDrawerProps) {
  const probe = useQuery({
    queryKey: ["probe", id],
    queryFn: () => dataOf(api.POST("/api/phone-numbers/{id}/probe", { params: { path: { id } } })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <Drawer opened onClose={onClose} title="Probe the webhooks" position="right" size="lg" padding="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          Each webhook is sent through the public URL, signed as Twilio signs it.
        </Text>
        {probe.isFetching && (
          <Group gap="xs" role="status">
            <Loader size="xs" />
            <Text size="sm">Probing …</Text>
          </Group>
        )}
        <ProblemAlert error={probe.error} />
        {probe.data?.webhooks.map((webhook) => (
          <Webhook key={webhook.webhook} webhook={webhook} />
        ))}
        <Group justify="flex-end">
          <Button variant="default" loading={probe.isFetching} onClick={() => void probe.refetch()}>
            Probe again
          </Button>
        </Group>
      </Stack>
    </Drawer>
  );
}

function Webhook({ webhook: probed }: { readonly webhook: Schemas["ProbedWebhook"] }) {
  const { webhook, url, ok, problem, warning, status, totalMs } = probed;
  return (
    <Paper p="md">
      <Group justify="space-between" mb={6}>
        <Text fw={600}>{WEBHOOK[webhook]}</Text>
        <Badge color={ok ? "teal" : "red"}>
          {ok ? `Answered in ${totalMs} ms` : status === null ? "No answer" : `Answered ${status}`}
        </Badge>
      </Group>
      <Code style={{ overflowWrap: "anywhere" }}>{url}</Code>
      {problem !== null && (
        <Alert color="red" mt="sm">
          {problem}
        </Alert>
      )}
      {warning !== null && (
        <Alert color="yellow" mt="sm">
          {warning}
        </Alert>
      )}
    </Paper>
  );
}

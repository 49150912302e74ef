import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { ConfirmAction } from "../../components/confirm-action.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { SecretText } from "../../components/secret-text.tsx";
import { Time } from "../../components/time.tsx";

/** What signs the agent's webhooks: shown when asked for, because the audit log keeps who has looked. */
export function WebhookSecret({ agentId }: { readonly agentId: string }) {
  const params = { path: { id: agentId } };
  const shown = useMutation({
    mutationFn: () => dataOf(api.GET("/api/agents/{id}/webhook-secret", { params })),
  });
  const rotate = async () => {
    await api.POST("/api/agents/{id}/webhook-secret", { params });
    shown.mutate();
  };
  return (
    <Paper p="lg" component="section" aria-labelledby="secret">
      <Title order={2} id="secret" mb={4}>
        Webhook secret
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        Your endpoint verifies with it that a request is from us. For admins; the audit log says who has
        looked.
      </Text>
      <Stack gap="sm">
        <ProblemAlert error={shown.error} />
        {shown.data && <SecretText label="Webhook secret" value={shown.data.secret} />}
        {shown.data?.previousSignsUntil && (
          <Text size="xs" c="dimmed">
            The one before signs along until <Time at={shown.data.previousSignsUntil} />.
          </Text>
        )}
        <Group gap="xs">
          <Button variant="default" size="xs" loading={shown.isPending} onClick={() => shown.mutate()}>
            Show
          </Button>
          <ConfirmAction
            label="Replace"
            title="Replace the secret?"
            confirmLabel="Replace it"
            onConfirm={rotate}
            buttonProps={{ size: "xs" }}
          >
            The present one signs along for 24 hours: give your endpoint the new one until then.
          </ConfirmAction>
        </Group>
      </Stack>
    </Paper>
  );
}

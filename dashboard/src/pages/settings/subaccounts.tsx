import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { accountsQuery } from "../../api/numbers.ts";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";

/** An account's subaccounts as Twilio has them now; each can be connected with a token of its own. */
export function Subaccounts({ accountId }: { readonly accountId: string }) {
  const client = useQueryClient();
  const params = { path: { id: accountId } };
  const { data, error } = useQuery({
    queryKey: ["twilio-accounts", "subaccounts", accountId],
    queryFn: () => dataOf(api.GET("/api/twilio-accounts/{id}/subaccounts", { params })),
  });
  const connecting = useMutation({
    mutationFn: (accountSid: string) =>
      dataOf(api.POST("/api/twilio-accounts/{id}/subaccounts", { params, body: { accountSid } })),
    onSuccess: () => client.invalidateQueries({ queryKey: accountsQuery.queryKey }),
  });
  if (!data && !error) return <PageLoading />;
  return (
    <Stack gap="xs">
      <ProblemAlert error={error ?? connecting.error} />
      {data?.subaccounts.length === 0 && (
        <Text size="sm" c="dimmed">
          Twilio has no subaccounts of this account.
        </Text>
      )}
      {data?.subaccounts.map(({ sid, friendlyName, status, connected }) => (
        <Group key={sid} justify="space-between">
          <Text size="sm">
            {friendlyName} ({status})
          </Text>
          {connected ? (
            <Text size="sm" c="dimmed">
              Connected
            </Text>
          ) : (
            <Button
              size="xs"
              variant="default"
              loading={connecting.isPending && connecting.variables === sid}
              onClick={() => connecting.mutate(sid)}
            >
              Connect {friendlyName}
            </Button>
          )}
        </Group>
      ))}
    </Stack>
  );
}

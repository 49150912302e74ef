import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { accountsQuery } from "../../api/numbers.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { useRequestForm } from "../../forms/use-request-form.ts";

interface Credentials {
  readonly accountSid: string;
  readonly authToken: string;
}

export function ConnectStep() {
  const client = useQueryClient();
  const form = useRequestForm({
    request: "connectAccount",
    initialValues: { accountSid: "", authToken: "" },
    bodyOf,
  });
  const connecting = useMutation({
    mutationFn: (given: Credentials) => dataOf(api.POST("/api/twilio-accounts", { body: bodyOf(given) })),
    onError: form.showProblem,
    onSuccess: () => client.invalidateQueries({ queryKey: accountsQuery.queryKey }),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => connecting.mutate(values))}>
      <Stack>
        <Text size="sm" c="dimmed">
          Both are on the first page of Twilio’s console. The token is stored encrypted, and checked with
          Twilio now.
        </Text>
        <TextInput
          label="Account SID"
          placeholder="AC…"
          autoComplete="off"
          required
          {...form.getInputProps("accountSid")}
        />
        <PasswordInput label="Auth token" autoComplete="off" required {...form.getInputProps("authToken")} />
        <ProblemAlert error={connecting.error} />
        <div>
          <Button type="submit" loading={connecting.isPending}>
            Connect
          </Button>
        </div>
      </Stack>
    </form>
  );
}

function bodyOf({ accountSid, authToken }: Credentials): Credentials {
  return { accountSid: accountSid.trim(), authToken: authToken.trim() };
}

import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { accountsQuery } from "../../api/numbers.ts";
import { ApiProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";

export function ConnectStep() {
  const client = useQueryClient();
  const form = useForm({ initialValues: { accountSid: "", authToken: "" } });
  const connecting = useMutation({
    mutationFn: ({ accountSid, authToken }: { readonly accountSid: string; readonly authToken: string }) => {
      const body = { accountSid: accountSid.trim(), authToken: authToken.trim() };
      return dataOf(api.POST("/api/twilio-accounts", { body }));
    },
    onError: (error) => form.setErrors(error instanceof ApiProblem ? { ...error.fieldErrors } : {}),
    onSuccess: () => client.invalidateQueries({ queryKey: accountsQuery.queryKey }),
  });
  return (
    <form onSubmit={form.onSubmit((values) => connecting.mutate(values))}>
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

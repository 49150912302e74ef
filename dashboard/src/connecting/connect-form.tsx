import { Button, Group, PasswordInput, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { accountsQuery } from "../api/numbers.ts";
import { ProblemAlert } from "../components/problem-alert.tsx";
import { useRequestForm } from "../forms/use-request-form.ts";
import { EmulatedAccount } from "./emulated-account.tsx";

interface Credentials {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKey: { readonly sid: string; readonly secret: string };
}

const EMPTY: Credentials = { accountSid: "", authToken: "", apiKey: { sid: "", secret: "" } };

interface ConnectFormProps {
  /** Whether an API key may be given as well. */
  readonly hasApiKey?: boolean;
  readonly onConnected?: (account: Schemas["TwilioAccount"]) => Promise<void>;
}

export function ConnectForm({ hasApiKey = false, onConnected }: ConnectFormProps) {
  const client = useQueryClient();
  const tellConnected = async (account: Schemas["TwilioAccount"]) => {
    await client.invalidateQueries({ queryKey: accountsQuery.queryKey });
    await onConnected?.(account);
  };
  const form = useRequestForm<Credentials>({ request: "connectAccount", initialValues: EMPTY, bodyOf });
  const connecting = useMutation({
    mutationFn: (given: Credentials) => dataOf(api.POST("/api/twilio-accounts", { body: bodyOf(given) })),
    onError: form.showProblem,
    onSuccess: async (account) => {
      form.reset();
      await tellConnected(account);
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit((given) => connecting.mutate(given))}>
      <Stack maw={640}>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label="Account SID"
            placeholder="AC…"
            autoComplete="off"
            required
            {...form.getInputProps("accountSid")}
          />
          <PasswordInput
            label="Auth token"
            autoComplete="off"
            required
            {...form.getInputProps("authToken")}
          />
        </SimpleGrid>
        {hasApiKey && (
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              label="API key"
              description="Without one, requests use the token"
              placeholder="SK…"
              autoComplete="off"
              {...form.getInputProps("apiKey.sid")}
            />
            <PasswordInput
              label="Its secret"
              description="Shown by Twilio once"
              autoComplete="off"
              {...form.getInputProps("apiKey.secret")}
            />
          </SimpleGrid>
        )}
        <ProblemAlert error={connecting.error} />
        <Group gap="sm">
          <Button type="submit" loading={connecting.isPending}>
            Connect
          </Button>
          <EmulatedAccount onConnected={tellConnected} />
        </Group>
      </Stack>
    </form>
  );
}

function bodyOf({ accountSid, authToken, apiKey }: Credentials) {
  const body = { accountSid: accountSid.trim(), authToken: authToken.trim() };
  if (apiKey.sid === "" && apiKey.secret === "") return body;
  return { ...body, apiKey: { sid: apiKey.sid.trim(), secret: apiKey.secret.trim() } };
}

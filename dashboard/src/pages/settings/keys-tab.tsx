import { Alert, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ApiKey, apiKeysQuery, createApiKey, deleteApiKey } from "../../api/members.ts";
import { sessionQuery } from "../../api/session.ts";
import { AdminsOnly } from "../../components/admins-only.tsx";
import { ConfirmAction } from "../../components/confirm-action.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { SecretText } from "../../components/secret-text.tsx";
import { Time } from "../../components/time.tsx";
import { useRequestForm } from "../../forms/use-request-form.ts";
import { Section } from "./section.tsx";

export function KeysTab() {
  return (
    <Section
      title="API keys"
      description="For programs. Each acts for this organization with its role, and is sent as the header X-API-Key."
    >
      <AdminsOnly may="see, make and revoke API keys">
        <Keys />
      </AdminsOnly>
    </Section>
  );
}

function Keys() {
  const { data: session } = useQuery(sessionQuery);
  const organizationId = session?.session.activeOrganizationId ?? undefined;
  const { data, error } = useQuery(apiKeysQuery(organizationId));
  return (
    <Stack>
      <ProblemAlert error={error} />
      {!data && !error && <PageLoading />}
      {data?.apiKeys.length === 0 && (
        <Text size="sm" c="dimmed">
          There is none yet.
        </Text>
      )}
      {data?.apiKeys.map((key) => (
        <KeyRow key={key.id} apiKey={key} />
      ))}
      {organizationId !== undefined && <NewKey organizationId={organizationId} />}
    </Stack>
  );
}

function KeyRow({ apiKey: { id, name, start, createdAt } }: { readonly apiKey: ApiKey }) {
  const client = useQueryClient();
  const revoke = async () => {
    await deleteApiKey(id);
    await client.invalidateQueries({ queryKey: ["api-keys"] });
  };
  return (
    <Group justify="space-between">
      <div>
        <Text size="sm" fw={550}>
          {name ?? "Without a name"}
        </Text>
        <Text size="xs" c="dimmed">
          <span style={{ fontFamily: "var(--mantine-font-family-monospace)" }}>{start}…</span>, made{" "}
          <Time at={createdAt} />
        </Text>
      </div>
      <ConfirmAction
        label="Revoke"
        title={`Revoke ${name ?? "this key"}?`}
        confirmLabel="Revoke the key"
        onConfirm={revoke}
        buttonProps={{ size: "xs" }}
      >
        Whatever uses it is refused from the next request on. This cannot be undone; make a new key instead.
      </ConfirmAction>
    </Group>
  );
}

function NewKey({ organizationId }: { readonly organizationId: string }) {
  const client = useQueryClient();
  const form = useRequestForm({
    request: "createKey",
    initialValues: { name: "", role: "admin" },
    bodyOf: (given) => given,
  });
  const making = useMutation({
    mutationFn: ({ name, role }: { readonly name: string; readonly role: string }) =>
      createApiKey(organizationId, name, role),
    onError: form.showProblem,
    onSuccess: async () => {
      form.reset();
      await client.invalidateQueries({ queryKey: ["api-keys"] });
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit((given) => making.mutate(given))}>
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <TextInput
            label="Name"
            placeholder="What uses it"
            required
            flex="1 1 220px"
            {...form.getInputProps("name")}
          />
          <Select
            label="Role"
            data={["admin", "member"]}
            w={120}
            allowDeselect={false}
            {...form.getInputProps("role")}
          />
          <Button type="submit" loading={making.isPending}>
            Make a key
          </Button>
        </Group>
        <ProblemAlert error={making.error} />
        {making.data !== undefined && (
          <Alert color="teal" title="Copy it now: it is shown this once">
            <SecretText label="New API key" value={making.data} />
          </Alert>
        )}
      </Stack>
    </form>
  );
}

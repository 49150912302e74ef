import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { accountsQuery, refreshNumbers } from "../../api/numbers.ts";
import { REFRESH_SLOWLY_MS } from "../../api/query-client.ts";
import { useIsAdmin } from "../../api/who.ts";
import { AdminsOnly } from "../../components/admins-only.tsx";
import { ConfirmAction } from "../../components/confirm-action.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { ConnectForm } from "../../connecting/connect-form.tsx";
import { Section } from "./section.tsx";
import { Subaccounts } from "./subaccounts.tsx";

type Account = Schemas["TwilioAccount"];

export function AccountsTab() {
  const { data: accounts, error } = useQuery({ ...accountsQuery, refetchInterval: REFRESH_SLOWLY_MS });
  return (
    <>
      <ProblemAlert error={error} />
      {!accounts && !error && <PageLoading />}
      {accounts?.map((account) => (
        <AccountSection key={account.id} account={account} />
      ))}
      <Section
        title={accounts?.length === 0 ? "Connect a Twilio account" : "Connect another one, or renew a token"}
        description="Both are on the first page of Twilio’s console. The token is checked with Twilio and stored encrypted; for an account that is connected already it replaces the one before."
      >
        <AdminsOnly may="connect and forget accounts, and import their numbers">
          <ConnectForm hasApiKey onConnected={tellConnected} />
        </AdminsOnly>
      </Section>
    </>
  );
}

function AccountSection({ account }: { readonly account: Account }) {
  const { id, sid, friendlyName, status, parentSid } = account;
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const isAdmin = useIsAdmin();
  const importing = useMutation({
    mutationFn: () => dataOf(api.POST("/api/phone-numbers/import", { body: { accountId: id } })),
    onSuccess: () => refreshNumbers(client),
  });
  const forget = async () => {
    await api.DELETE("/api/twilio-accounts/{id}", { params: { path: { id } } });
    await client.invalidateQueries({ queryKey: accountsQuery.queryKey });
    await refreshNumbers(client);
  };
  return (
    <Section
      title={friendlyName}
      description={
        <Text component="span" size="xs" ff="monospace" style={{ overflowWrap: "anywhere" }}>
          {sid}
        </Text>
      }
      actions={<Badge color={status === "active" ? "teal" : "red"}>{status}</Badge>}
    >
      <Stack gap="sm">
        <Group gap="xs" display={isAdmin ? undefined : "none"}>
          <Button
            size="xs"
            variant="default"
            loading={importing.isPending}
            onClick={() => importing.mutate()}
          >
            Import its numbers
          </Button>
          {parentSid === null && (
            <Button size="xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              Subaccounts
            </Button>
          )}
          <ConfirmAction
            label="Forget"
            title={`Forget ${friendlyName}?`}
            confirmLabel="Forget it and its numbers"
            onConfirm={forget}
            buttonProps={{ size: "xs", color: "red", variant: "light" }}
          >
            Its numbers are listed no more. Refused while one of them is assigned or lent. Nothing changes in
            Twilio, and you can connect it again.
          </ConfirmAction>
        </Group>
        <ProblemAlert error={importing.error} />
        {importing.data && <Imported result={importing.data} />}
        {isOpen && <Subaccounts accountId={id} />}
      </Stack>
    </Section>
  );
}

function Imported({ result }: { readonly result: Schemas["ImportResult"] }) {
  const { imported, updated, unchanged, released } = result;
  return (
    <Text size="sm" role="status">
      {imported} new, {updated} changed, {unchanged} as they were, {released} gone.
    </Text>
  );
}

async function tellConnected({ friendlyName }: Schemas["TwilioAccount"]): Promise<void> {
  const { notifications } = await import("@mantine/notifications");
  notifications.show({
    color: "teal",
    title: `${friendlyName} is connected`,
    message: "Import its numbers next.",
  });
}

import { Button, List, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { accountsQuery, refreshNumbers } from "../../api/numbers.ts";
import { useIsAdmin } from "../../api/who.ts";

/** Brings the numbers of every connected account up to date. Nothing for those who may not. */
export function ImportButton() {
  const client = useQueryClient();
  const isAdmin = useIsAdmin();
  const { data: accounts = [] } = useQuery(accountsQuery);
  const importing = useMutation({
    mutationFn: () => importAll(accounts),
    onSuccess: tell,
    onSettled: () => refreshNumbers(client),
  });
  if (!isAdmin) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      disabled={accounts.length === 0}
      loading={importing.isPending}
      onClick={() => importing.mutate()}
    >
      Import from Twilio
    </Button>
  );
}

interface Imports {
  readonly results: readonly Schemas["ImportResult"][];
  /** Of the other accounts. */
  readonly failures: readonly { readonly sid: string; readonly account: string; readonly reason: string }[];
}

/** One account after the other: each is many pages of Twilio's lists. One that fails does not keep the others from it. */
async function importAll(accounts: readonly Schemas["TwilioAccount"][]): Promise<Imports> {
  const results: Schemas["ImportResult"][] = [];
  const failures: Imports["failures"][number][] = [];
  for (const { id: accountId, friendlyName, sid } of accounts) {
    try {
      results.push(await dataOf(api.POST("/api/phone-numbers/import", { body: { accountId } })));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push({ sid, account: friendlyName || sid, reason });
    }
  }
  return { results, failures };
}

async function tell({ results, failures }: Imports): Promise<void> {
  const { notifications } = await import("@mantine/notifications");
  const sum = (key: Exclude<keyof Schemas["ImportResult"], "unusedIds">) =>
    results.reduce((total, result) => total + result[key], 0);
  const counts = `${sum("imported")} new, ${sum("updated")} changed, ${sum("unchanged")} as they were, ${sum("released")} gone.`;
  if (failures.length === 0) {
    notifications.show({ color: "teal", title: "Imported", message: counts });
    return;
  }
  notifications.show({
    color: "red",
    title: results.length === 0 ? "The import failed" : "Not all accounts were imported",
    // Long enough to be read: it is for its reader to close.
    autoClose: false,
    message: (
      <>
        {results.length > 0 && <Text size="sm">{counts}</Text>}
        <List size="sm">
          {failures.map(({ sid, account, reason }) => (
            <List.Item key={sid}>
              {account}: {reason}
            </List.Item>
          ))}
        </List>
      </>
    ),
  });
}

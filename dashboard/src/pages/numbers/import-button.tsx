import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { accountsQuery, refreshNumbers } from "../../api/numbers.ts";

/** Brings the numbers of every connected account up to date. */
export function ImportButton() {
  const client = useQueryClient();
  const { data: accounts = [] } = useQuery(accountsQuery);
  const importing = useMutation({
    mutationFn: () => importAll(accounts),
    onSuccess: () => refreshNumbers(client),
    onSettled: (results, error) => tell(results, error),
  });
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

/** One account after the other: each is many pages of Twilio's lists. */
async function importAll(
  accounts: readonly Schemas["TwilioAccount"][],
): Promise<readonly Schemas["ImportResult"][]> {
  const results: Schemas["ImportResult"][] = [];
  for (const { id: accountId } of accounts) {
    results.push(await dataOf(api.POST("/api/phone-numbers/import", { body: { accountId } })));
  }
  return results;
}

async function tell(
  results: readonly Schemas["ImportResult"][] | undefined,
  error: Error | null,
): Promise<void> {
  const { notifications } = await import("@mantine/notifications");
  if (error) {
    notifications.show({ color: "red", title: "The import failed", message: error.message });
    return;
  }
  const sum = (key: keyof Schemas["ImportResult"]) =>
    (results ?? []).reduce((total, result) => total + result[key], 0);
  notifications.show({
    color: "teal",
    title: "Imported",
    message: `${sum("imported")} new, ${sum("updated")} changed, ${sum("unchanged")} as they were, ${sum("released")} gone.`,
  });
}

import { Alert, Stack } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { AdminsOnly } from "../../components/admins-only.tsx";
import { ImportButton } from "../numbers/import-button.tsx";

export function ImportStep({ accounts }: { readonly accounts: readonly Schemas["TwilioAccount"][] }) {
  return (
    <Stack align="flex-start">
      <Alert color="gray" w="100%">
        The numbers of {accounts.map(({ friendlyName, sid }) => friendlyName || sid).join(", ")} are read.
        Nothing is written to Twilio. If none appear, the account has no numbers yet.
      </Alert>
      <AdminsOnly may="import numbers">
        <ImportButton />
      </AdminsOnly>
    </Stack>
  );
}

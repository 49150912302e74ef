import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { publicUrlQuery } from "../api/numbers.ts";
import { ProblemAlert } from "../components/problem-alert.tsx";

interface EmulatedAccountProps {
  readonly onConnected: (account: Schemas["TwilioAccount"]) => Promise<void>;
}

/** A way to begin for those who have no account at hand, where an emulator stands in for Twilio. */
export function EmulatedAccount({ onConnected }: EmulatedAccountProps) {
  const { data: publicUrl } = useQuery(publicUrlQuery);
  const connecting = useMutation({
    mutationFn: () => dataOf(api.POST("/api/twilio-accounts/emulated")),
    onSuccess: onConnected,
  });
  if (!publicUrl?.isTwilioReplaced) return null;
  return (
    <>
      <Button variant="default" loading={connecting.isPending} onClick={() => connecting.mutate()}>
        Use an emulated account
      </Button>
      <ProblemAlert error={connecting.error} />
    </>
  );
}

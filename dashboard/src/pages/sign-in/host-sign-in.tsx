import { Alert, Button, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { whoQuery } from "../../api/who.ts";
import { Outside } from "./outside.tsx";

interface HostSignInProps {
  /** Where to go on afterwards. */
  readonly from: string | undefined;
  readonly isExpired: boolean;
}

/** Where the application that we are a part of knows who is who, one signs in there. */
export function HostSignIn({ from = "/", isExpired }: HostSignInProps) {
  const client = useQueryClient();
  const { history } = useRouter();
  const goOn = async () => {
    await client.invalidateQueries({ queryKey: whoQuery.queryKey });
    history.push(from);
  };
  return (
    <Outside title="Sign in">
      {isExpired && <Alert color="blue">Your session has ended.</Alert>}
      <Text size="sm">
        Sign in to the application that Switchhook is a part of; it says who you are. Then go on here.
      </Text>
      <Button fullWidth onClick={() => void goOn()}>
        Go on
      </Button>
    </Outside>
  );
}

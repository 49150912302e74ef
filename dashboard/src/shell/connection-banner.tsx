import { Alert } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { connectionQuery, useConnectionLost } from "../api/connection.ts";
import { Time } from "../components/time.tsx";

/** Says that the view is stale while the server can't be reached, and goes when it can. */
export function ConnectionBanner() {
  useQuery(connectionQuery);
  const lostAt = useConnectionLost();
  if (!lostAt) return null;
  return (
    <Alert
      color="orange"
      role="status"
      mb="md"
      icon={<IconPlugConnectedX aria-hidden />}
      title="The connection to the server is lost"
    >
      What you see is from <Time at={lostAt.toISOString()} /> or before. It goes on by itself as soon as the
      server answers.
    </Alert>
  );
}

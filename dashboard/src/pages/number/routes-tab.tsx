import { Alert, Group, Loader, Stack, Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Time } from "../../components/time.tsx";
import { Fix } from "./fix.tsx";
import { RoutePath } from "./route-path.tsx";
import type { VerificationQuery } from "./use-verification.ts";

interface RoutesTabProps {
  readonly number: Schemas["PhoneNumber"];
  readonly verification: VerificationQuery;
}

export function RoutesTab({
  number,
  verification: { data, error, isFetching, dataUpdatedAt },
}: RoutesTabProps) {
  if (!data) return error ? <ProblemAlert error={error} /> : <Reading />;
  const { channels } = number;
  return (
    <Stack>
      <ReadAt verification={{ isFetching, dataUpdatedAt }} />
      <ProblemAlert error={error} title="Twilio could not be read again" />
      <Fix number={number} fixRequest={data.fixRequest} />
      {data.errors.length > 0 && (
        <Alert color="yellow" title="Not everything could be read">
          {data.errors.join(" ")}
        </Alert>
      )}
      <RoutePath channel="Calls" isManaged={channels !== null} route={data.effective.voice} number={number} />
      <RoutePath
        channel="SMS"
        isManaged={channels?.sms ?? false}
        route={data.effective.sms}
        number={number}
        coverage={data.messageStatus.sms}
      />
      <RoutePath
        channel="WhatsApp"
        isManaged={channels?.whatsapp ?? false}
        route={data.effective.whatsapp}
        number={number}
        coverage={data.messageStatus.whatsapp}
      />
    </Stack>
  );
}

/** When what is shown was read from Twilio. */
export function ReadAt({
  verification: { isFetching, dataUpdatedAt },
}: {
  readonly verification: Pick<VerificationQuery, "isFetching" | "dataUpdatedAt">;
}) {
  return (
    <Text size="sm" c="dimmed" role="status">
      {isFetching ? (
        "Reading Twilio …"
      ) : (
        <>
          As Twilio had it at <Time at={new Date(dataUpdatedAt).toISOString()} />
        </>
      )}
    </Text>
  );
}

export function Reading() {
  return (
    <Group gap="xs" role="status" py="xl" justify="center">
      <Loader size="xs" />
      <Text size="sm" c="dimmed">
        Reading what stands in Twilio now …
      </Text>
    </Group>
  );
}

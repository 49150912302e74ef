import { Anchor, Badge, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Section } from "../../components/section.tsx";
import { Time } from "../../components/time.tsx";
import { NumberLink } from "./open-alerts.tsx";
import { AllWell, Row, RowsLoading } from "./rows.tsx";

type Drift = Schemas["Drift"];

const SHOWN = 5;
const REFRESH_MS = 15_000;
const WHAT: Record<Drift["fieldClass"], string> = {
  voice: "Calls",
  sms: "SMS",
  whatsapp: "WhatsApp",
  status: "Status reports",
  presence: "The number itself",
};

/** What sweeps have found in Twilio that is not as it is wanted. */
export function DriftSection() {
  const { data, error, isPending } = useQuery({
    queryKey: ["drift", "open"],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/drift", { params: { query: { open: "true", limit: SHOWN } }, signal })),
    refetchInterval: REFRESH_MS,
  });
  const drifts = data?.drifts ?? [];
  return (
    <Section
      title="Drift"
      aside={
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/numbers" search={{ health: "drifted" }} {...props} />}
        >
          Drifted numbers
        </Anchor>
      }
    >
      <ProblemAlert error={error} />
      {isPending && <RowsLoading />}
      {data && drifts.length === 0 && (
        <AllWell icon={IconCircleCheck}>Twilio holds what you want, as far as it was last compared.</AllWell>
      )}
      <Stack gap="sm">
        {drifts.map((drift) => (
          <Row
            key={drift.id}
            title={WHAT[drift.fieldClass]}
            badge={<Badge color="orange">{drift.verdict === "shadowed" ? "Shadowed" : "Drifted"}</Badge>}
            detail={drift.reason}
          >
            <Group gap="xs">
              <NumberLink {...drift.phoneNumber} />
              <span>
                since <Time at={drift.openedAt} />
              </span>
            </Group>
          </Row>
        ))}
      </Stack>
      {data?.nextCursor && (
        <Text size="xs" c="dimmed" mt="sm">
          The {SHOWN} newest.
        </Text>
      )}
    </Section>
  );
}

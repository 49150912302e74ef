import { Anchor, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Section } from "../../components/section.tsx";
import { Time } from "../../components/time.tsx";
import { AllWell, Row, RowsLoading } from "./rows.tsx";

const SHOWN = 5;
const REFRESH_MS = 15_000;
const SEVERITY: Record<Schemas["Alert"]["severity"], { readonly label: string; readonly color: string }> = {
  info: { label: "Note", color: "blue" },
  warning: { label: "Warning", color: "orange" },
  error: { label: "Error", color: "red" },
};

export function OpenAlerts({ count }: { readonly count: number }) {
  const { data, error, isPending } = useQuery({
    queryKey: ["alerts", "open"],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/alerts", { params: { query: { state: "open", limit: SHOWN } }, signal })),
    refetchInterval: REFRESH_MS,
  });
  const alerts = data?.alerts ?? [];
  return (
    <Section title="Open alerts" aside={count > 0 && <Badge color="red">{count.toLocaleString()}</Badge>}>
      <ProblemAlert error={error} />
      {isPending && <RowsLoading />}
      {data && alerts.length === 0 && (
        <AllWell icon={IconCircleCheck}>Nothing that you need to look at.</AllWell>
      )}
      <Stack gap="sm">
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </Stack>
      {count > SHOWN && (
        <Text size="xs" c="dimmed" mt="sm">
          The {SHOWN} newest of {count.toLocaleString()}. A number’s own are on its time line.
        </Text>
      )}
    </Section>
  );
}

function AlertRow({ alert }: { readonly alert: Schemas["Alert"] }) {
  const { label, color } = SEVERITY[alert.severity];
  return (
    <Row title={alert.title} badge={<Badge color={color}>{label}</Badge>} detail={alert.detail}>
      <Group gap="xs">
        {alert.phoneNumber && <NumberLink {...alert.phoneNumber} />}
        <Time at={alert.lastSeenAt} />
        {alert.count > 1 && <span>{alert.count.toLocaleString()} times</span>}
        {alert.acknowledgedAt === null ? <Acknowledge id={alert.id} /> : <span>Somebody looks after it</span>}
      </Group>
    </Row>
  );
}

export function NumberLink({ id, phoneNumber }: { readonly id: string; readonly phoneNumber: string }) {
  return (
    <Anchor size="xs" renderRoot={(props) => <Link to="/numbers/$id" params={{ id }} {...props} />}>
      <PhoneNumber e164={phoneNumber} />
    </Anchor>
  );
}

function Acknowledge({ id }: { readonly id: string }) {
  const client = useQueryClient();
  const acknowledging = useMutation({
    mutationFn: () => dataOf(api.POST("/api/alerts/{id}/acknowledge", { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["alerts"] }),
  });
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        loading={acknowledging.isPending}
        onClick={() => acknowledging.mutate()}
      >
        I look after it
      </Button>
      <ProblemAlert error={acknowledging.error} />
    </>
  );
}

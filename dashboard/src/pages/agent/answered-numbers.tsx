import { Anchor, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { HealthBadge } from "../../components/health-badge.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";

const SHOWN = 8;

/** The first of the numbers that an agent answers, and the way to all of them. */
export function AnsweredNumbers({ agentId }: { readonly agentId: string }) {
  const { data, error } = useQuery({
    queryKey: ["phone-numbers", "of-agent", agentId],
    queryFn: () =>
      dataOf(api.GET("/api/phone-numbers", { params: { query: { chatbotId: agentId, limit: SHOWN } } })),
  });
  return (
    <Paper p="lg" component="section" aria-labelledby="answers">
      <Title order={2} id="answers" mb="xs">
        Numbers that it answers
      </Title>
      <ProblemAlert error={error} />
      {data?.phoneNumbers.length === 0 && (
        <Text size="sm" c="dimmed" mb="xs">
          None yet.
        </Text>
      )}
      <Stack gap={6}>
        {data?.phoneNumbers.map(({ id, phoneNumber, health }) => (
          <Group key={id} justify="space-between">
            <Anchor
              size="sm"
              underline="hover"
              renderRoot={(props) => <Link to="/numbers/$id" params={{ id }} {...props} />}
            >
              <PhoneNumber e164={phoneNumber} />
            </Anchor>
            <HealthBadge health={health} />
          </Group>
        ))}
      </Stack>
      <Group mt="sm" gap="md">
        {data !== undefined && data.phoneNumbers.length > 0 && (
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/numbers" search={{ agent: agentId }} {...props} />}
          >
            All of them
          </Anchor>
        )}
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/batches/new" search={{ action: "assign", to: agentId }} {...props} />
          )}
        >
          Assign numbers
        </Anchor>
      </Group>
    </Paper>
  );
}

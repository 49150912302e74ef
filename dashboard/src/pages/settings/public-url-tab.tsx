import { Alert, Anchor, Badge, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { publicUrlQuery } from "../../api/numbers.ts";
import { PageLoading } from "../../components/page-loading.tsx";
import { NotReadAgain, ProblemAlert } from "../../components/problem-alert.tsx";
import { Section } from "./section.tsx";

export function PublicUrlTab() {
  const { data, error } = useQuery(publicUrlQuery);
  if (!data) return error ? <ProblemAlert error={error} /> : <PageLoading />;
  const { url, problem, earlierUrls, staleNumbers, isTwilioReplaced } = data;
  return (
    <Section
      title="Public URL"
      description="Where Twilio reaches this deployment. Whoever operates it sets PUBLIC_URL; the numbers are configured again with it."
    >
      <Stack gap="sm">
        <NotReadAgain error={error} />
        <Code style={{ overflowWrap: "anywhere" }}>{url}</Code>
        {isTwilioReplaced && <Text size="sm">An emulator or a proxy stands in for Twilio.</Text>}
        {problem !== null && (
          <Alert color="red" title="Twilio would not reach it">
            {problem}
          </Alert>
        )}
        {staleNumbers > 0 && (
          <Alert color="yellow" title={`${staleNumbers} of your numbers still have an earlier one`}>
            {earlierUrls.join(", ")} keeps being accepted.{" "}
            <Anchor
              size="sm"
              renderRoot={(props) => <Link to="/batches/new" search={{ action: "configure" }} {...props} />}
            >
              Configure them again
            </Anchor>
          </Alert>
        )}
        <Reachable />
      </Stack>
    </Section>
  );
}

/** Sends a number's webhooks through the URL: what Twilio does, as far as that can be done from here. */
function Reachable() {
  const { data } = useQuery({
    // The same question as the first steps ask.
    queryKey: ["phone-numbers", "first-assigned"],
    queryFn: () =>
      dataOf(api.GET("/api/phone-numbers", { params: { query: { limit: 1, assigned: "true" } } })),
    // The first number may have been assigned a moment ago, and elsewhere.
    staleTime: 0,
  });
  const probing = useMutation({
    mutationFn: (id: string) =>
      dataOf(api.POST("/api/phone-numbers/{id}/probe", { params: { path: { id } } })),
  });
  const number = data?.phoneNumbers[0];
  if (data && !number) {
    return (
      <Text size="sm" c="dimmed">
        Assign a number first: its webhooks are what shows whether the URL is reachable.
      </Text>
    );
  }
  return (
    <Stack gap="sm" align="flex-start">
      <Button
        variant="default"
        disabled={!number}
        loading={probing.isPending}
        onClick={() => number && probing.mutate(number.id)}
      >
        See whether it is reachable
      </Button>
      <ProblemAlert error={probing.error} />
      {probing.data && <Probed probe={probing.data} />}
    </Stack>
  );
}

function Probed({ probe: { reachable, webhooks } }: { readonly probe: Schemas["Probe"] }) {
  return (
    <Stack gap="xs" role="status">
      <Badge color={reachable ? "teal" : "red"}>{reachable ? "Reachable" : "Not reachable"}</Badge>
      {webhooks.map(({ webhook, totalMs, problem, warning }) => (
        <Group key={webhook} gap="xs">
          <Text size="sm" fw={550}>
            {webhook}
          </Text>
          <Text size="sm">{problem ?? warning ?? `answered in ${totalMs} ms`}</Text>
        </Group>
      ))}
    </Stack>
  );
}

import { Alert, Checkbox, Group, Loader, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { useAgentName } from "../api/numbers.ts";
import { ChangesTable } from "../components/changes-table.tsx";
import { ProblemAlert } from "../components/problem-alert.tsx";
import { overcomeByTakeover } from "./choice.ts";

export type PlanRequest = Schemas["PlanNumberChange"];

/** What the change would write, read from Twilio now. */
export function usePlan(request: PlanRequest | undefined) {
  return useQuery({
    queryKey: ["plan", request],
    queryFn: ({ signal }) => {
      if (!request) throw new Error("Nothing is planned without a request");
      return dataOf(api.POST("/api/phone-numbers/plan", { body: request, signal }));
    },
    enabled: request !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  });
}

interface PlanViewProps {
  readonly plan: ReturnType<typeof usePlan>;
  readonly takeover?: { readonly isChosen: boolean; readonly onChange: (isChosen: boolean) => void };
}

export function PlanView({ plan: { data: plan, error, isFetching }, takeover }: PlanViewProps) {
  if (error) return <ProblemAlert error={error} />;
  if (!plan) return isFetching ? <Reading /> : null;
  const { refusal, changes, withheld } = plan;
  const overcome = takeover && refusal ? overcomeByTakeover(refusal) : undefined;
  return (
    <Stack gap="sm" aria-busy={isFetching} style={{ opacity: isFetching ? 0.6 : 1 }}>
      {refusal && (
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title={refusal.title}>
          <Text size="sm">{overcome ?? refusal.detail}</Text>
        </Alert>
      )}
      {takeover && (takeover.isChosen || overcome !== undefined) && (
        <Checkbox
          label="Take it over"
          description="Needs the role admin. What is taken is recorded, so that it can be put back."
          checked={takeover.isChosen}
          onChange={({ currentTarget }) => takeover.onChange(currentTarget.checked)}
        />
      )}
      <Takes takes={plan.takes} />
      {changes.length === 0 && !refusal && (
        <Alert color="teal" icon={<IconCheck aria-hidden />} title="Nothing has to be written">
          Twilio holds what is wanted already.
        </Alert>
      )}
      {changes.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            {changes.length === 1 ? "One field" : `${changes.length} fields`} in Twilio would be written
          </Text>
          <ChangesTable changes={changes} label="What would be written" />
        </>
      )}
      {withheld.length > 0 && (
        <Alert color="yellow" title="Some of it would stay">
          Other numbers rely on {[...new Set(withheld.map(({ sid }) => sid))].join(", ")}, so{" "}
          {withheld.map(({ field }) => field).join(", ")} would not be put back.
        </Alert>
      )}
    </Stack>
  );
}

function Takes({ takes: { chatbotId, changes } }: { readonly takes: Schemas["NumberPlan"]["takes"] }) {
  const agentName = useAgentName();
  if (chatbotId === null && changes.length === 0) return null;
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="This takes something from others">
      {chatbotId !== null && (
        <Text size="sm">{agentName(chatbotId)} would no longer answer this number.</Text>
      )}
      {changes.length > 0 && (
        <Text size="sm">
          Set by somebody else, and overwritten: {changes.map(({ field }) => field).join(", ")}.
        </Text>
      )}
    </Alert>
  );
}

function Reading() {
  return (
    <Group gap="xs" role="status">
      <Loader size="xs" />
      <Text size="sm" c="dimmed">
        Reading what stands in Twilio now …
      </Text>
    </Group>
  );
}

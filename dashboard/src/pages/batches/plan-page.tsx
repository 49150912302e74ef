import { Button, Checkbox, Group, Paper, Radio, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { ChoiceFields } from "../../assigning/choice-fields.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { faultsIn } from "../../forms/requests.ts";
import { FilterFields } from "./filter-fields.tsx";
import { type PlanDraft, planFrom, startingDraft } from "./plan-draft.ts";
import { BATCH_ACTIONS } from "./search.ts";

const route = getRouteApi("/signed-in/batches/new");

const ACTIONS = {
  assign: { label: "Assign", description: "An agent answers these numbers." },
  configure: {
    label: "Configure again",
    description: "What should be in Twilio is written where it is not.",
  },
  unassign: { label: "Unassign", description: "Their agents answer no more." },
} as const;

export function PlanPage() {
  const search = route.useSearch();
  const [draft, setDraft] = useState(() => startingDraft(search));
  const planning = usePlanning(draft);
  const [isTold, setTold] = useState(false);
  const faults = faultsIn("planBatch", planFrom(draft));
  const told = isTold ? faults : {};
  const change = (changed: Partial<PlanDraft>) => setDraft((before) => ({ ...before, ...changed }));
  return (
    <div className="page" style={{ maxWidth: "48rem" }}>
      <PageHeader
        title="Plan a change"
        description="Nothing is changed yet: first you see what would be written, number by number."
      />
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (Object.keys(faults).length === 0) planning.mutate();
          else setTold(true);
        }}
      >
        <Stack>
          <Paper p="lg">
            <ActionFields draft={draft} faults={told} change={change} />
          </Paper>
          <Paper p="lg">
            <SelectionFields draft={draft} faults={told} change={change} />
          </Paper>
          <ProblemAlert error={planning.error} />
          <Group justify="flex-end">
            <Button variant="default" renderRoot={(props) => <Link to="/batches" {...props} />}>
              Back
            </Button>
            <Button type="submit" loading={planning.isPending}>
              Plan it
            </Button>
          </Group>
        </Stack>
      </form>
    </div>
  );
}

function usePlanning(draft: PlanDraft) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => dataOf(api.POST("/api/batches", { body: planFrom(draft) })),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["batches"] });
      await navigate({ to: "/batches/$id", params: { id } });
    },
  });
}

interface FieldsProps {
  readonly draft: PlanDraft;
  readonly faults: Readonly<Record<string, string>>;
  readonly change: (changed: Partial<PlanDraft>) => void;
}

function ActionFields({ draft, faults, change }: FieldsProps) {
  const { action, choice, restore } = draft;
  return (
    <Stack gap="lg">
      <Radio.Group
        label="What is to be done"
        value={action}
        onChange={(value) => change({ action: BATCH_ACTIONS.find((known) => known === value) ?? action })}
      >
        <Stack gap="xs" mt="xs">
          {BATCH_ACTIONS.map((known) => (
            <Radio key={known} value={known} {...ACTIONS[known]} />
          ))}
        </Stack>
      </Radio.Group>
      {action === "assign" && (
        <>
          <ChoiceFields
            choice={choice}
            isAgentMissing={"chatbotId" in faults}
            onChange={(changed) => change({ choice: changed })}
          />
          <Checkbox
            label="Take over what answers instead now"
            description="Needs the role admin. Another agent’s numbers, and what somebody else has set, are taken as well; the plan shows which."
            checked={choice.takeover}
            onChange={({ currentTarget }) =>
              change({ choice: { ...choice, takeover: currentTarget.checked } })
            }
          />
        </>
      )}
      {action === "unassign" && (
        <Checkbox
          label="Put back what stood in Twilio before us"
          description="Otherwise our webhooks are cleared, and nobody answers."
          checked={restore}
          onChange={({ currentTarget }) => change({ restore: currentTarget.checked })}
        />
      )}
    </Stack>
  );
}

function SelectionFields({ draft: { which, filter }, faults, change }: FieldsProps) {
  return (
    <Stack>
      <Radio.Group
        label="With which numbers"
        error={"selection" in faults && "Fill in at least one of these, or choose all"}
        value={which}
        onChange={(value) => change({ which: value === "filter" ? "filter" : "all" })}
      >
        <Group mt="xs" gap="lg">
          <Radio value="all" label="All" />
          <Radio value="filter" label="Those that fit" />
        </Group>
      </Radio.Group>
      {which === "filter" && (
        <FilterFields
          filter={filter}
          searchError={faults["selection.search"]}
          onChange={(changed) => change({ filter: changed })}
        />
      )}
    </Stack>
  );
}

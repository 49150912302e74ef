import { Button, Group, Paper, Radio, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { ChoiceFields } from "../../assigning/choice-fields.tsx";
import { RestoreField } from "../../assigning/restore-field.tsx";
import { TakeoverField } from "../../assigning/takeover-field.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { type RequestForm, useRequestForm } from "../../forms/use-request-form.ts";
import { FilterFields } from "./filter-fields.tsx";
import { type PlanDraft, planFieldOf, planFrom, startingDraft } from "./plan-draft.ts";
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
  const form = useRequestForm({
    request: "planBatch",
    initialValues: startingDraft(search),
    bodyOf: planFrom,
    fieldOf: planFieldOf,
  });
  const planning = usePlanning(form.showProblem);
  return (
    <div className="page" style={{ maxWidth: "48rem" }}>
      <PageHeader
        title="Plan a change"
        description="Nothing is changed yet: first you see what would be written, number by number."
      />
      <form noValidate onSubmit={form.onSubmit((draft) => planning.mutate(draft))}>
        <Stack>
          <Paper p="lg">
            <ActionFields form={form} />
          </Paper>
          <Paper p="lg">
            <SelectionFields form={form} />
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

function usePlanning(showProblem: (error: Error) => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (draft: PlanDraft) => dataOf(api.POST("/api/batches", { body: planFrom(draft) })),
    onError: showProblem,
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["batches"] });
      await navigate({ to: "/batches/$id", params: { id } });
    },
  });
}

interface FieldsProps {
  readonly form: RequestForm<PlanDraft>;
}

function ActionFields({ form }: FieldsProps) {
  const { action, choice, restore } = form.values;
  return (
    <Stack gap="lg">
      <Radio.Group label="What is to be done" {...form.getInputProps("action")}>
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
            agentField={form.getInputProps("choice.agentId")}
            onChange={(changed) => form.setValues({ choice: changed })}
          />
          <TakeoverField {...form.getInputProps("choice.takeover", { type: "checkbox" })} />
        </>
      )}
      {action === "unassign" && (
        <RestoreField restore={restore} onChange={(changed) => form.setValues({ restore: changed })} />
      )}
    </Stack>
  );
}

function SelectionFields({ form }: FieldsProps) {
  const { which, filter } = form.values;
  return (
    <Stack>
      <Radio.Group
        label="With which numbers"
        {...form.getInputProps("which")}
        error={form.errors.which && "Fill in at least one of these, or choose all"}
      >
        <Group mt="xs" gap="lg">
          <Radio value="all" label="All" />
          <Radio value="filter" label="Those that fit" />
        </Group>
      </Radio.Group>
      {which === "filter" && (
        <FilterFields
          filter={filter}
          searchError={form.errors["filter.search"]}
          onChange={(changed) => form.setValues({ filter: changed })}
        />
      )}
    </Stack>
  );
}

import { Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { ProblemAlert } from "../components/problem-alert.tsx";
import { useRequestForm } from "../forms/use-request-form.ts";
import { type AssignmentChoice, choiceFieldOf, choiceFor } from "./choice.ts";
import { ChoiceFields } from "./choice-fields.tsx";
import { RestoreField } from "./restore-field.tsx";
import { TakeoverField } from "./takeover-field.tsx";

interface BulkDrawerProps {
  readonly action: "assign" | "configure" | "unassign";
  readonly selection: Schemas["PlanBatch"]["selection"];
  readonly count: string;
  readonly onClose: () => void;
}

const TITLE = { assign: "Assign", configure: "Configure again", unassign: "Unassign" } as const;

/** Many numbers are changed by a batch: what it would write is planned first, and looked at on its page. */
export function BulkDrawer({ action, selection, count, onClose }: BulkDrawerProps) {
  const navigate = useNavigate();
  const [restore, setRestore] = useState(false);
  const bodyOf = ({ agentId, ...rest }: AssignmentChoice): Schemas["PlanBatch"] => {
    if (action === "assign") return { action, selection, chatbotId: agentId, ...rest };
    return action === "unassign" ? { action, selection, restore } : { action, selection };
  };
  const form = useRequestForm({
    request: "planBatch",
    initialValues: choiceFor(),
    bodyOf,
    fieldOf: choiceFieldOf,
  });
  const planning = useMutation({
    mutationFn: (choice: AssignmentChoice) => dataOf(api.POST("/api/batches", { body: bodyOf(choice) })),
    onError: form.showProblem,
    onSuccess: ({ id }) => navigate({ to: "/batches/$id", params: { id } }),
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      title={`${TITLE[action]}: ${count}`}
      position="right"
      size="md"
      padding="lg"
    >
      <form noValidate onSubmit={form.onSubmit((choice) => planning.mutate(choice))}>
        <Stack>
          <Text size="sm" c="dimmed">
            Nothing is changed yet: first you see what would be written, number by number.
          </Text>
          {action === "assign" && (
            <>
              <ChoiceFields
                choice={form.values}
                agentField={form.getInputProps("agentId")}
                onChange={form.setValues}
              />
              <TakeoverField {...form.getInputProps("takeover", { type: "checkbox" })} />
            </>
          )}
          {action === "unassign" && <RestoreField restore={restore} onChange={setRestore} />}
          <ProblemAlert error={planning.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={planning.isPending}>
              Plan it
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}

import { Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { ProblemAlert } from "../components/problem-alert.tsx";
import { choiceFor } from "./choice.ts";
import { ChoiceFields } from "./choice-fields.tsx";

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
  const [choice, setChoice] = useState(() => choiceFor());
  const [isTold, setTold] = useState(false);
  const isAgentMissing = action === "assign" && choice.agentId === undefined;
  const planning = useMutation({
    mutationFn: () => dataOf(api.POST("/api/batches", { body: requestOf() })),
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
      <Stack>
        <Text size="sm" c="dimmed">
          Nothing is changed yet: first you see what would be written, number by number.
        </Text>
        {action === "assign" && (
          <ChoiceFields choice={choice} isAgentMissing={isTold && isAgentMissing} onChange={setChoice} />
        )}
        <ProblemAlert error={planning.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={planning.isPending}
            onClick={() => (isAgentMissing ? setTold(true) : planning.mutate())}
          >
            Plan it
          </Button>
        </Group>
      </Stack>
    </Drawer>
  );

  function requestOf(): Schemas["PlanBatch"] {
    if (action !== "assign") return { action, selection };
    const { agentId, takeover: _, ...channels } = choice;
    return { action, selection, ...(agentId === undefined ? {} : { chatbotId: agentId }), ...channels };
  }
}

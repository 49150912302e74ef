import { Button, Drawer, Group, Loader, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { PhoneNumber } from "../components/phone-number.tsx";
import { ProblemAlert } from "../components/problem-alert.tsx";
import { type AssignmentChoice, choiceFor } from "./choice.ts";
import { ChoiceFields } from "./choice-fields.tsx";
import { OperationSteps } from "./operation-steps.tsx";
import { PlanView, usePlan } from "./plan-view.tsx";
import { useChange } from "./use-change.ts";

interface AssignDrawerProps {
  readonly number: Schemas["PhoneNumber"];
  readonly onClose: () => void;
}

/** Who shall answer one number: chosen, seen beforehand, and watched. */
export function AssignDrawer({ number, onClose }: AssignDrawerProps) {
  const title = (
    <>
      Assign <PhoneNumber e164={number.phoneNumber} />
    </>
  );
  return (
    <Drawer opened onClose={onClose} title={title} position="right" size="lg" padding="lg">
      <Assigning number={number} onClose={onClose} />
    </Drawer>
  );
}

function Assigning({ number, onClose }: AssignDrawerProps) {
  const [choice, setChoice] = useState(() => choiceFor(number));
  const [isTold, setTold] = useState(false);
  const body = bodyOf(number.id, choice);
  const plan = usePlan(body && { action: "assign", ...body });
  const change = useChange(number.id, (idempotencyKey) => {
    if (!body) throw new Error("No agent is chosen");
    const headers = { "Idempotency-Key": idempotencyKey };
    return dataOf(api.POST("/api/phone-numbers/assign", { body, headers }));
  });
  if (!change.isIdle) return <Outcome change={change} onClose={onClose} onBack={change.reset} />;
  const isReady = plan.data !== undefined && !plan.isFetching && plan.data.refusal === null;
  return (
    <Stack>
      <ChoiceFields choice={choice} isAgentMissing={isTold && !body} onChange={setChoice} />
      <PlanView
        plan={plan}
        takeover={{
          isChosen: choice.takeover,
          onChange: (takeover) => setChoice({ ...choice, takeover }),
        }}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={body !== undefined && !isReady}
          onClick={() => (body ? change.mutate() : setTold(true))}
        >
          Assign
        </Button>
      </Group>
    </Stack>
  );
}

function bodyOf(phoneNumberId: string, { agentId, ...rest }: AssignmentChoice) {
  return agentId === undefined ? undefined : { phoneNumberId, chatbotId: agentId, ...rest };
}

interface OutcomeProps {
  readonly change: ReturnType<typeof useChange<{ readonly message: string }>>;
  readonly onClose: () => void;
  readonly onBack: () => void;
}

/** The steps as they happen; then what came of it. */
export function Outcome({ change, onClose, onBack }: OutcomeProps) {
  return (
    <Stack>
      <div role="status" aria-live="polite">
        {change.operation && <OperationSteps operation={change.operation} />}
        {!change.operation && change.isPending && (
          <Group gap="xs">
            <Loader size="xs" />
            <Text size="sm">Beginning …</Text>
          </Group>
        )}
      </div>
      {change.data && <Text fw={600}>{change.data.message}</Text>}
      <ProblemAlert error={change.error} />
      <Group justify="flex-end">
        {change.isError && (
          <Button variant="default" onClick={onBack}>
            Back to the plan
          </Button>
        )}
        <Button onClick={onClose} disabled={change.isPending}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}

import { Button, Drawer, Group, Loader, Stack, Text } from "@mantine/core";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { PhoneNumber } from "../components/phone-number.tsx";
import { ProblemAlert } from "../components/problem-alert.tsx";
import { useRequestForm } from "../forms/use-request-form.ts";
import { type AssignmentChoice, choiceFieldOf, choiceFor } from "./choice.ts";
import { ChoiceFields } from "./choice-fields.tsx";
import { OperationSteps } from "./operation-steps.tsx";
import { PlanView, usePlan } from "./plan-view.tsx";
import { useChange } from "./use-change.ts";

interface AssignDrawerProps {
  readonly number: Schemas["PhoneNumber"];
  readonly onClose: () => void;
  readonly takesOver?: boolean;
}

/** Who shall answer one number: chosen, seen beforehand, and watched. */
export function AssignDrawer({ number, onClose, takesOver = false }: AssignDrawerProps) {
  const title = (
    <>
      Assign <PhoneNumber e164={number.phoneNumber} />
    </>
  );
  return (
    <Drawer opened onClose={onClose} title={title} position="right" size="lg" padding="lg">
      <Assigning number={number} onClose={onClose} takesOver={takesOver} />
    </Drawer>
  );
}

/** The same agent and channels once more, with what comes before our URL taken over. */
export function TakeoverDrawer(props: AssignDrawerProps) {
  return <AssignDrawer {...props} takesOver />;
}

function Assigning({ number, onClose, takesOver = false }: AssignDrawerProps) {
  const bodyOf = ({ agentId, ...rest }: AssignmentChoice) => {
    return { phoneNumberId: number.id, chatbotId: agentId, ...rest };
  };
  const form = useRequestForm({
    request: "assignNumber",
    initialValues: { ...choiceFor(number), takeover: takesOver },
    bodyOf,
    fieldOf: choiceFieldOf,
  });
  const { values: choice, setValues: setChoice } = form;
  const body = bodyOf(choice);
  const isChosen = choice.agentId !== "";
  const plan = usePlan(isChosen ? { action: "assign", ...body } : undefined);
  const change = useChange(number.id, (idempotencyKey) => {
    const headers = { "Idempotency-Key": idempotencyKey };
    return dataOf(api.POST("/api/phone-numbers/assign", { body, headers }));
  });
  if (!change.isIdle) return <Outcome change={change} onClose={onClose} onBack={change.reset} />;
  const isReady = plan.data !== undefined && !plan.isFetching && plan.data.refusal === null;
  return (
    <form noValidate onSubmit={form.onSubmit(() => change.mutate())}>
      <Stack>
        <ChoiceFields choice={choice} agentField={form.getInputProps("agentId")} onChange={setChoice} />
        <PlanView
          plan={plan}
          takeover={{ isChosen: choice.takeover, onChange: (takeover) => setChoice({ takeover }) }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={isChosen && !isReady}>
            Assign
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface OutcomeProps {
  readonly change: ReturnType<typeof useChange<{ readonly message: string }>>;
  readonly onClose: () => void;
  readonly onBack: () => void;
}

/** What was clicked is gone: from here a keyboard goes on, and not from the top of the page. */
const takeFocus = (element: HTMLElement | null) => element?.focus();

/** The steps as they happen; then what came of it. */
export function Outcome({ change, onClose, onBack }: OutcomeProps) {
  return (
    <Stack ref={takeFocus} tabIndex={-1} style={{ outline: "none" }}>
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

import { Button, Drawer, Group, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { Outcome } from "./assign-drawer.tsx";
import { type PlanRequest, PlanView, usePlan } from "./plan-view.tsx";
import { RestoreField } from "./restore-field.tsx";
import { useChange } from "./use-change.ts";

interface ChangeDrawerProps {
  readonly number: Schemas["PhoneNumber"];
  readonly onClose: () => void;
}

/** Writes again what should be. */
export function ConfigureDrawer({ number, onClose }: ChangeDrawerProps) {
  return (
    <Drawer opened onClose={onClose} title="Configure again" position="right" size="lg" padding="lg">
      <Change
        number={number}
        onClose={onClose}
        label="Configure again"
        plan={{ action: "configure", phoneNumberId: number.id }}
        send={(body, headers) => dataOf(api.POST("/api/phone-numbers/webhooks", { body, headers }))}
      />
    </Drawer>
  );
}

/** Takes a number back from its agent. */
export function UnassignDrawer({ number, onClose }: ChangeDrawerProps) {
  const [restore, setRestore] = useState(false);
  return (
    <Drawer opened onClose={onClose} title="Unassign" position="right" size="lg" padding="lg">
      <Change
        number={number}
        onClose={onClose}
        label="Unassign"
        color="red"
        plan={{ action: "unassign", phoneNumberId: number.id, restore }}
        send={(body, headers) =>
          dataOf(api.DELETE("/api/phone-numbers/assign", { body: { ...body, restore }, headers }))
        }
      >
        <RestoreField restore={restore} onChange={setRestore} />
      </Change>
    </Drawer>
  );
}

interface ChangeProps extends ChangeDrawerProps {
  readonly label: string;
  readonly color?: string;
  readonly plan: PlanRequest;
  readonly send: (
    body: { readonly phoneNumberId: string },
    headers: { readonly "Idempotency-Key": string },
  ) => Promise<{ readonly message: string }>;
  readonly children?: ReactNode;
}

function Change({ number: { id }, onClose, label, color, plan: request, send, children }: ChangeProps) {
  const plan = usePlan(request);
  const change = useChange(id, (key) => send({ phoneNumberId: id }, { "Idempotency-Key": key }));
  if (!change.isIdle) return <Outcome change={change} onClose={onClose} onBack={change.reset} />;
  const isReady = plan.data !== undefined && !plan.isFetching && plan.data.refusal === null;
  return (
    <Stack>
      {children}
      <PlanView plan={plan} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          {...(color === undefined ? {} : { color })}
          disabled={!isReady}
          onClick={() => change.mutate()}
        >
          {label}
        </Button>
      </Group>
    </Stack>
  );
}

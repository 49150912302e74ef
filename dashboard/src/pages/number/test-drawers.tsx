import { Button, Drawer, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { Money } from "../../components/money.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { useRequestForm } from "../../forms/use-request-form.ts";
import { dialled } from "./dialled.ts";

interface TestDrawerProps {
  readonly number: Schemas["PhoneNumber"];
  readonly onClose: () => void;
}

const POLL_MS = 1_000;
const ENDED: readonly string[] = [
  "completed",
  "busy",
  "failed",
  "no-answer",
  "canceled",
  "delivered",
  "undelivered",
  "read",
];

/** Calls somebody from the number; the agent answers them. */
export function CallDrawer({ number, onClose }: TestDrawerProps) {
  return (
    <Drawer opened onClose={onClose} title="Test call" position="right" size="md" padding="lg">
      <TestCall number={number} />
    </Drawer>
  );
}

export function TestCall({ number }: Pick<TestDrawerProps, "number">) {
  const bodyOf = ({ to }: { readonly to: string }) => ({ phoneNumberId: number.id, to: dialled(to) });
  const form = useRequestForm({ request: "placeCall", initialValues: { to: "" }, bodyOf });
  const placing = useMutation({
    mutationFn: (given: { readonly to: string }) => {
      const headers = { "Idempotency-Key": crypto.randomUUID() };
      return dataOf(api.POST("/api/calls", { body: bodyOf(given), headers }));
    },
    onError: form.showProblem,
  });
  const call = useQuery({
    queryKey: ["calls", placing.data?.sid],
    queryFn: () =>
      dataOf(api.GET("/api/calls/{sid}", { params: { path: { sid: placing.data?.sid ?? "" } } })),
    enabled: placing.data !== undefined,
    refetchInterval: ({ state }) => pollUntilEnded(state.data?.status),
  });
  const shown = call.data ?? placing.data;
  return (
    <form noValidate onSubmit={form.onSubmit((given) => placing.mutate(given))}>
      <Stack>
        <Text size="sm" c="dimmed">
          <PhoneNumber e164={number.phoneNumber} /> calls you, and its agent speaks to you. Twilio charges for
          the call.
        </Text>
        <TextInput
          label="Call this number"
          placeholder="+14155550123"
          type="tel"
          required
          {...form.getInputProps("to")}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={placing.isPending}>
            Call
          </Button>
        </Group>
        <ProblemAlert error={placing.error} />
        {shown && (
          <Sent what="The call" status={shown.status} cost={shown.cost}>
            {shown.durationSeconds !== null && `It took ${shown.durationSeconds} seconds.`}
          </Sent>
        )}
      </Stack>
    </form>
  );
}

/** Sends a message from the number. */
export function MessageDrawer({ number, onClose }: TestDrawerProps) {
  return (
    <Drawer opened onClose={onClose} title="Test message" position="right" size="md" padding="lg">
      <TestMessage number={number} />
    </Drawer>
  );
}

interface MessageForm {
  readonly to: string;
  readonly text: string;
  readonly channel: "sms" | "whatsapp";
}

function TestMessage({ number }: Pick<TestDrawerProps, "number">) {
  const initialValues: MessageForm = { to: "", text: "A test message from Switchhook.", channel: "sms" };
  const bodyOf = ({ to, ...rest }: MessageForm) => ({ phoneNumberId: number.id, to: dialled(to), ...rest });
  const form = useRequestForm({ request: "sendMessage", initialValues, bodyOf });
  const sending = useMutation({
    mutationFn: (given: MessageForm) => {
      const headers = { "Idempotency-Key": crypto.randomUUID() };
      return dataOf(api.POST("/api/messages", { body: bodyOf(given), headers }));
    },
    onError: form.showProblem,
  });
  const message = useQuery({
    queryKey: ["messages", sending.data?.sid],
    queryFn: () =>
      dataOf(api.GET("/api/messages/{sid}", { params: { path: { sid: sending.data?.sid ?? "" } } })),
    enabled: sending.data !== undefined,
    refetchInterval: ({ state }) => pollUntilEnded(state.data?.status),
  });
  const shown = message.data ?? sending.data;
  return (
    <form noValidate onSubmit={form.onSubmit((values) => sending.mutate(values))}>
      <Stack>
        <TextInput
          label="Send to this number"
          placeholder="+14155550123"
          type="tel"
          required
          {...form.getInputProps("to")}
        />
        {number.channels?.whatsapp === true && (
          <SegmentedControl
            aria-label="Channel"
            data={[
              { value: "sms", label: "SMS" },
              { value: "whatsapp", label: "WhatsApp" },
            ]}
            {...form.getInputProps("channel")}
          />
        )}
        <Textarea label="Text" autosize minRows={3} required {...form.getInputProps("text")} />
        <Group justify="flex-end">
          <Button type="submit" loading={sending.isPending}>
            Send
          </Button>
        </Group>
        <ProblemAlert error={sending.error} />
        {shown && (
          <Sent what="The message" status={shown.status} cost={shown.cost}>
            {shown.error && `${shown.error.code}: ${shown.error.meaning}`}
          </Sent>
        )}
      </Stack>
    </form>
  );
}

function Sent({
  what,
  status,
  cost,
  children,
}: {
  readonly what: string;
  readonly status: string;
  readonly cost: Schemas["Call"]["cost"];
  readonly children: ReactNode;
}) {
  return (
    <div role="status">
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {what} is
        </Text>
        <StatusBadge status={status} />
      </Group>
      <Text size="sm" c="dimmed">
        {children}
      </Text>
      {cost && (
        <Text size="sm" c="dimmed">
          At your rates it costs <Money value={cost} />.
        </Text>
      )}
    </div>
  );
}

function pollUntilEnded(status: string | undefined): number | false {
  return status !== undefined && ENDED.includes(status) ? false : POLL_MS;
}

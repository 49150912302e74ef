import { Select } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { AgentSelect } from "../../components/agent-select.tsx";
import { NumberSelect } from "../../components/number-select.tsx";
import { type ActivitySearch, CHANNELS, DIRECTIONS } from "./search.ts";

const route = getRouteApi("/signed-in/activity");
const WIDTH = 150;
const CALL_STATUSES = [
  "queued",
  "initiated",
  "ringing",
  "in-progress",
  "completed",
  "busy",
  "no-answer",
  "canceled",
  "failed",
];
const MESSAGE_STATUSES = [
  "accepted",
  "queued",
  "sending",
  "sent",
  "delivered",
  "read",
  "undelivered",
  "failed",
  "received",
];
const LABEL = {
  inbound: "Inbound",
  outbound: "Outbound",
  sms: "SMS",
  mms: "MMS",
  whatsapp: "WhatsApp",
} as const;

export function ActivityFilters() {
  const { tab = "calls", number, agent, direction, channel, status } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: ActivitySearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <>
      <NumberSelect
        aria-label="Number"
        placeholder="Any number"
        w={190}
        value={number}
        onChange={(id) => change({ number: id })}
      />
      <AgentSelect
        aria-label="Agent"
        placeholder="Any agent"
        clearable
        w={WIDTH}
        value={agent}
        onChange={(id) => change({ agent: id })}
      />
      <Choice
        label="direction"
        options={DIRECTIONS.map((value) => ({ value, label: LABEL[value] }))}
        value={direction}
        onChange={(value) => change({ direction: DIRECTIONS.find((each) => each === value) })}
      />
      {tab === "messages" && (
        <Choice
          label="channel"
          options={CHANNELS.map((value) => ({ value, label: LABEL[value] }))}
          value={channel}
          onChange={(value) => change({ channel: CHANNELS.find((each) => each === value) })}
        />
      )}
      <Choice
        label="status"
        options={(tab === "calls" ? CALL_STATUSES : MESSAGE_STATUSES).map((value) => ({
          value,
          label: value,
        }))}
        value={status}
        onChange={(value) => change({ status: value ?? undefined })}
      />
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly options: { value: string; label: string }[];
  readonly value: string | undefined;
  readonly onChange: (value: string | null) => void;
}

function Choice({ label, options, value, onChange }: ChoiceProps) {
  return (
    <Select
      aria-label={label.charAt(0).toUpperCase() + label.slice(1)}
      placeholder={`Any ${label}`}
      clearable
      clearButtonProps={{ "aria-label": `Any ${label}` }}
      w={WIDTH}
      data={options}
      value={value ?? null}
      onChange={onChange}
    />
  );
}

import { Button, Group, Select, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { AgentSelect } from "../../components/agent-select.tsx";
import { NumberSelect } from "../../components/number-select.tsx";
import { type Days, lastDays, lastMonth, thisMonth } from "./days.ts";
import { DIRECTIONS, KINDS, type UsageSearch } from "./search.ts";
import { useUsageQuery } from "./usage-query.ts";
import { KIND } from "./words.ts";

const route = getRouteApi("/signed-in/usage");
const RANGES: readonly { readonly label: string; readonly days: (now: Date) => Days }[] = [
  { label: "7 days", days: (now) => lastDays(7, now) },
  { label: "30 days", days: (now) => lastDays(30, now) },
  { label: "This month", days: thisMonth },
  { label: "Last month", days: lastMonth },
];

export function UsageFilters() {
  const { agent, number, kind, direction } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: UsageSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <Group gap="xs" mb="md">
      <RangePicker onChange={change} />
      <AgentSelect
        aria-label="Agent"
        placeholder="Any agent"
        clearable
        w={150}
        value={agent}
        onChange={(id) => change({ agent: id })}
      />
      <NumberSelect
        aria-label="Number"
        placeholder="Any number"
        w={180}
        value={number}
        onChange={(id) => change({ number: id })}
      />
      <Select
        aria-label="Kind"
        placeholder="Any kind"
        clearable
        clearButtonProps={{ "aria-label": "Any kind" }}
        w={130}
        data={KINDS.map((value) => ({ value, label: KIND[value].label }))}
        value={kind ?? null}
        onChange={(value) => change({ kind: KINDS.find((each) => each === value) })}
      />
      <Select
        aria-label="Direction"
        placeholder="Any direction"
        clearable
        clearButtonProps={{ "aria-label": "Any direction" }}
        w={145}
        data={[
          { value: "inbound", label: "Inbound" },
          { value: "outbound", label: "Outbound" },
        ]}
        value={direction ?? null}
        onChange={(value) => change({ direction: DIRECTIONS.find((each) => each === value) })}
      />
    </Group>
  );
}

function RangePicker({ onChange }: { readonly onChange: (days: Partial<Days>) => void }) {
  const { from, to } = useUsageQuery();
  return (
    <>
      <Button.Group>
        {RANGES.map(({ label, days }) => {
          const range = days(new Date());
          const isChosen = range.from === from && range.to === to;
          return (
            <Button
              key={label}
              size="xs"
              h={36}
              px="xs"
              variant={isChosen ? "light" : "default"}
              aria-pressed={isChosen}
              onClick={() => onChange(range)}
            >
              {label}
            </Button>
          );
        })}
      </Button.Group>
      <Group gap={6} wrap="nowrap">
        <DayInput label="First day" value={from} max={to} onChange={(day) => onChange({ from: day })} />
        <span aria-hidden>–</span>
        <DayInput label="Last day" value={to} min={from} onChange={(day) => onChange({ to: day })} />
      </Group>
    </>
  );
}

interface DayInputProps {
  readonly label: string;
  readonly value: string;
  readonly min?: string;
  readonly max?: string;
  readonly onChange: (day: string) => void;
}

function DayInput({ label, value, onChange, ...bounds }: DayInputProps) {
  return (
    <TextInput
      {...bounds}
      type="date"
      aria-label={label}
      required
      w={140}
      value={value}
      onChange={({ currentTarget }) => {
        // While a date is typed it is none at times.
        if (currentTarget.validity.valid) onChange(currentTarget.value);
      }}
    />
  );
}

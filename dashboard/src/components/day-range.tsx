import { Group, TextInput } from "@mantine/core";
import type { DayRange } from "./days.ts";

interface DayRangeInputProps {
  readonly range: DayRange;
  readonly onChange: (range: DayRange) => void;
  /** Whether both ends have to be given. */
  readonly required?: boolean;
}

/** From one day to another, both included. */
export function DayRangeInput({ range: { from, to }, onChange, required = false }: DayRangeInputProps) {
  return (
    <Group gap={6} wrap="nowrap">
      <DayInput
        label="First day"
        value={from}
        max={to}
        required={required}
        onChange={(day) => onChange({ from: day })}
      />
      <span aria-hidden>–</span>
      <DayInput
        label="Last day"
        value={to}
        min={from}
        required={required}
        onChange={(day) => onChange({ to: day })}
      />
    </Group>
  );
}

interface DayInputProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  readonly required: boolean;
  readonly onChange: (day: string | undefined) => void;
}

function DayInput({ label, value = "", min = "", max = "", required, onChange }: DayInputProps) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      min={min}
      max={max}
      required={required}
      w={140}
      value={value}
      onChange={({ currentTarget }) => {
        // While a date is typed it is none at times.
        if (currentTarget.validity.valid) onChange(currentTarget.value || undefined);
      }}
    />
  );
}

import { Group, TextInput } from "@mantine/core";
import { type DayRange, faultOfRange } from "./days.ts";

interface DayRangeInputProps {
  readonly range: DayRange;
  readonly onChange: (range: DayRange) => void;
  /** Whether both ends have to be given. */
  readonly required?: boolean;
  readonly maxDays?: number;
}

/** From one day to another, both included. */
export function DayRangeInput(props: DayRangeInputProps) {
  const { range, onChange, required = false, maxDays } = props;
  const { from, to } = range;
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <DayInput
        label="First day"
        value={from}
        max={to}
        required={required}
        onChange={(day) => onChange({ from: day })}
      />
      <span aria-hidden style={{ lineHeight: "36px" }}>
        –
      </span>
      <DayInput
        label="Last day"
        value={to}
        min={from}
        required={required}
        error={faultOfRange(range, maxDays)}
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
  readonly error?: string | undefined;
  readonly onChange: (day: string | undefined) => void;
}

function DayInput({ label, value = "", min = "", max = "", required, error, onChange }: DayInputProps) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      min={min}
      max={max}
      required={required}
      error={error}
      w={140}
      value={value}
      onChange={({ currentTarget }) => {
        // While a date is typed it is none at times; one beyond the other end is told, not withheld.
        const { badInput, valueMissing } = currentTarget.validity;
        if (!badInput && !valueMissing) onChange(currentTarget.value || undefined);
      }}
    />
  );
}

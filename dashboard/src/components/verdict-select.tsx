import { Select } from "@mantine/core";
import { isVerdict, VERDICT, type Verdict } from "./verdict.ts";

const VERDICTS = Object.entries(VERDICT).map(([value, { label }]) => ({ value, label }));

interface VerdictSelectProps {
  /** Shown above; without it the field has the name alone. */
  readonly label?: string;
  readonly value: Verdict | undefined;
  readonly onChange: (verdict: Verdict | undefined) => void;
}

/** Who answers, on one channel at least. */
export function VerdictSelect({ label, value, onChange }: VerdictSelectProps) {
  return (
    <Select
      label={label}
      aria-label={label === undefined ? "Who answers" : undefined}
      placeholder="Whoever answers"
      clearable
      clearButtonProps={{ "aria-label": "Whoever answers" }}
      data={VERDICTS}
      value={value ?? null}
      onChange={(chosen) => onChange(isVerdict(chosen) ? chosen : undefined)}
    />
  );
}

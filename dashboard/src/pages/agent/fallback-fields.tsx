import { SegmentedControl, Stack, Text } from "@mantine/core";
import { FALLBACK_FIELDS } from "./answer-fields.ts";
import type { Values } from "./draft.ts";
import { FieldGrid } from "./field-grid.tsx";

interface FallbackFieldsProps {
  readonly kinds: readonly ("say" | "dial")[];
  readonly fallback: unknown;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (fallback: Values | undefined) => void;
}

const LABELS = { say: "Say a text", dial: "Dial" } as const;

/** What callers get when the agent cannot be reached. */
export function FallbackFields({ kinds, fallback, errors, onChange }: FallbackFieldsProps) {
  const values: Values = typeof fallback === "object" && fallback !== null ? { ...fallback } : {};
  const kind = kinds.find((known) => known === values.kind);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        When it cannot be reached
      </Text>
      <SegmentedControl
        aria-label="When it cannot be reached"
        value={kind ?? "apology"}
        data={[
          { value: "apology", label: "Apologize" },
          ...kinds.map((known) => ({ value: known, label: LABELS[known] })),
        ]}
        onChange={(chosen) => onChange(chosen === "apology" ? undefined : { kind: chosen })}
      />
      {kind !== undefined && (
        <FieldGrid
          fields={FALLBACK_FIELDS[kind]}
          values={values}
          path="voice.fallback"
          errors={errors}
          onChange={onChange}
        />
      )}
    </Stack>
  );
}

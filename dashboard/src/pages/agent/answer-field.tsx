import { Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { Field } from "./answer-fields.ts";

export interface AnswerFieldProps {
  readonly field: Field;
  readonly value: unknown;
  readonly error: string | undefined;
  readonly onChange: (value: unknown) => void;
}

/** A member of an answer, as its kind is put in. */
export function AnswerField({ field, value, error, onChange }: AnswerFieldProps) {
  const { name, label, description, placeholder, kind = "text", isRequired = false } = field;
  const common = {
    label,
    name,
    withAsterisk: isRequired,
    ...(description === undefined ? {} : { description }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(error === undefined ? {} : { error }),
  };
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  switch (kind) {
    case "flag":
      return (
        <Checkbox
          label={label}
          checked={value === true}
          onChange={({ currentTarget }) => onChange(currentTarget.checked || undefined)}
        />
      );
    case "number":
      return <NumberInput {...common} value={text} onChange={onChange} />;
    case "lines":
      return (
        <Textarea
          {...common}
          autosize
          minRows={2}
          maxRows={10}
          value={text}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      );
    case "text":
      return (
        <TextInput {...common} value={text} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
      );
    default:
      return (
        <Select
          {...common}
          placeholder="Twilio’s default"
          clearable
          clearButtonProps={{ "aria-label": `${label}: Twilio’s default` }}
          data={[...kind]}
          value={text === "" ? null : text}
          onChange={onChange}
        />
      );
  }
}

import { NumberInput, Select, type SelectProps, Textarea, TextInput } from "@mantine/core";
import type { Field } from "./answer-fields.ts";

export interface AnswerFieldProps {
  readonly field: Field;
  readonly value: unknown;
  readonly error: string | undefined;
  readonly onChange: (value: unknown) => void;
}

const ON_OR_OFF = [
  { value: "true", label: "On" },
  { value: "false", label: "Off" },
];

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
        <DefaultSelect
          {...common}
          data={ON_OR_OFF}
          value={typeof value === "boolean" ? String(value) : null}
          onChange={(chosen) => onChange(chosen === null ? undefined : chosen === "true")}
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
        <DefaultSelect {...common} data={[...kind]} value={text === "" ? null : text} onChange={onChange} />
      );
  }
}

/** Where nothing is chosen, nothing is sent: what is good then is for Twilio to say, and need not be the first or “off”. */
function DefaultSelect({ label, ...props }: SelectProps & { readonly label: string }) {
  return (
    <Select
      label={label}
      placeholder="Twilio’s default"
      clearable
      clearButtonProps={{ "aria-label": `${label}: Twilio’s default` }}
      {...props}
    />
  );
}

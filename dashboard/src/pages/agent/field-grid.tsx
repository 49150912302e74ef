import { SimpleGrid } from "@mantine/core";
import { AnswerField } from "./answer-field.tsx";
import type { Field } from "./answer-fields.ts";
import type { Values } from "./draft.ts";

export interface FieldGridProps {
  readonly fields: readonly Field[];
  readonly values: Values;
  /** Where these members are in the request, as the API's errors name it. */
  readonly path: string;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (values: Values) => void;
}

/** Long ones have a row of their own. */
export function FieldGrid({ fields, values, path, errors, onChange }: FieldGridProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
      {fields.map((field) => (
        <div key={field.name} style={isLong(field) ? { gridColumn: "1 / -1" } : {}}>
          <AnswerField
            field={field}
            value={values[field.name]}
            error={errors[`${path}.${field.name}`]}
            onChange={(value) => onChange({ ...values, [field.name]: value })}
          />
        </div>
      ))}
    </SimpleGrid>
  );
}

function isLong({ kind, name }: Field): boolean {
  return kind === "lines" || name === "url" || name === "to";
}

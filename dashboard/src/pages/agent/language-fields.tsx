import { Button, CloseButton, Group, Paper, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { LANGUAGE_FIELDS } from "./answer-fields.ts";
import type { Values } from "./draft.ts";
import { FieldGrid } from "./field-grid.tsx";

interface LanguageFieldsProps {
  readonly languages: unknown;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (languages: readonly Values[]) => void;
}

/** Languages that a session may switch to. */
export function LanguageFields({ languages, errors, onChange }: LanguageFieldsProps) {
  const rows: readonly Values[] = Array.isArray(languages) ? languages : [];
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm" fw={500}>
        Other languages
      </Text>
      {rows.map((values, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is nothing but its place
        <Paper key={index} p="sm" w="100%">
          <Group justify="flex-end">
            <CloseButton
              aria-label={`Remove language ${index + 1}`}
              onClick={() => onChange(rows.filter((_, at) => at !== index))}
            />
          </Group>
          <FieldGrid
            fields={LANGUAGE_FIELDS}
            values={values}
            path={`voice.languages.${index}`}
            errors={errors}
            onChange={(changed) => onChange(rows.map((old, at) => (at === index ? changed : old)))}
          />
        </Paper>
      ))}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...rows, {}])}
      >
        Add a language
      </Button>
    </Stack>
  );
}

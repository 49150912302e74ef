import { Button, CloseButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";

interface ParameterFieldsProps {
  readonly parameters: unknown;
  readonly error: string | undefined;
  readonly onChange: (parameters: Readonly<Record<string, string>> | undefined) => void;
}

type Row = readonly [name: string, value: string];

/** Names and values that are sent along. Rows are kept as they are typed: two may have one name for a moment. */
export function ParameterFields({ parameters, error, onChange }: ParameterFieldsProps) {
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(parameters));
  const change = (changed: readonly Row[]) => {
    setRows(changed);
    const named = changed.filter(([name]) => name !== "");
    onChange(named.length === 0 ? undefined : Object.fromEntries(named));
  };
  const put = (index: number, row: Row) => change(rows.map((old, at) => (at === index ? row : old)));
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm" fw={500}>
        Parameters
      </Text>
      {rows.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is nothing but its place
        <Group key={index} gap="xs" wrap="nowrap" w="100%">
          <TextInput
            aria-label={`Name of parameter ${index + 1}`}
            placeholder="Name"
            flex={1}
            value={name}
            onChange={({ currentTarget }) => put(index, [currentTarget.value, value])}
          />
          <TextInput
            aria-label={`Value of parameter ${index + 1}`}
            placeholder="Value"
            flex={2}
            value={value}
            onChange={({ currentTarget }) => put(index, [name, currentTarget.value])}
          />
          <CloseButton
            aria-label={`Remove parameter ${index + 1}`}
            onClick={() => change(rows.filter((_, at) => at !== index))}
          />
        </Group>
      ))}
      {error !== undefined && (
        <Text size="xs" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => setRows([...rows, ["", ""]])}
      >
        Add a parameter
      </Button>
    </Stack>
  );
}

function rowsOf(parameters: unknown): readonly Row[] {
  if (typeof parameters !== "object" || parameters === null) return [];
  return Object.entries(parameters).map(([name, value]) => [name, String(value)] as const);
}

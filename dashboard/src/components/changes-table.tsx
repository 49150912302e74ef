import { Code, Stack, Table, Text } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import type { Schemas } from "../api/client.ts";
import { ScrollBox } from "./scroll-box.tsx";

const RESOURCE: Record<Schemas["Change"]["resource"], string> = {
  number: "Number",
  service: "Messaging Service",
  sender: "WhatsApp sender",
};

/** Fields in Twilio, before and after. Shown as text whatever they hold. */
export function ChangesTable({
  changes,
  label,
}: {
  readonly changes: readonly Schemas["Change"][];
  readonly label: string;
}) {
  return (
    <ScrollBox label={label}>
      <Table verticalSpacing="xs" miw={320} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="30%">Field</Table.Th>
            <Table.Th>Before → after</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ resource, sid, field, before, after }) => (
            <Table.Tr key={`${sid} ${field}`}>
              <Table.Td style={{ verticalAlign: "top" }}>
                <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
                  {field}
                </Text>
                <Text size="xs" c="dimmed">
                  {RESOURCE[resource]}
                </Text>
              </Table.Td>
              <Table.Td>
                <Stack gap={2}>
                  <FieldValue value={before} isOld />
                  <span>
                    <IconArrowRight size={14} aria-label="becomes" style={{ verticalAlign: "middle" }} />{" "}
                    <FieldValue value={after} />
                  </span>
                </Stack>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}

export function FieldValue({ value, isOld = false }: { readonly value: string; readonly isOld?: boolean }) {
  if (value === "") {
    return (
      <Text component="span" size="sm" c="dimmed" fs="italic">
        unset
      </Text>
    );
  }
  return (
    <Code style={{ overflowWrap: "anywhere", ...(isOld ? { textDecoration: "line-through" } : {}) }}>
      {value}
    </Code>
  );
}

import { Badge, Stack, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import type { Schemas } from "../../api/client.ts";
import { FieldValue } from "../../components/changes-table.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { ScrollBox } from "../../components/scroll-box.tsx";
import { ReadAt, Reading } from "./routes-tab.tsx";
import type { VerificationQuery } from "./use-verification.ts";
import { wantedAndFound } from "./wanted-and-found.ts";

interface ConfigurationTabProps {
  readonly number: Schemas["PhoneNumber"];
  readonly verification: VerificationQuery;
}

/** What is wanted against what Twilio has, field by field. */
export function ConfigurationTab({ number, verification }: ConfigurationTabProps) {
  const { data, error } = verification;
  if (!data) return error ? <ProblemAlert error={error} /> : <Reading />;
  const rows = wantedAndFound(data, number.channels);
  return (
    <Stack>
      <ReadAt verification={verification} />
      <ProblemAlert error={error} title="Twilio could not be read again" />
      <ScrollBox label="Wanted and found, field by field">
        <Table verticalSpacing="sm" miw={560} aria-label="Wanted and found">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={190}>Field</Table.Th>
              <Table.Th>Found in Twilio</Table.Th>
              <Table.Th>Wanted</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ key, label, resource, found, wanted, differs }) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <Text size="sm" fw={500}>
                    {label}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {resource}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <FieldValue value={found} />
                </Table.Td>
                <Table.Td>
                  {wanted === undefined && (
                    <Text size="sm" c="dimmed">
                      Not managed
                    </Text>
                  )}
                  {wanted !== undefined && !differs && (
                    <Badge color="teal" leftSection={<IconCheck size={12} aria-hidden />}>
                      As found
                    </Badge>
                  )}
                  {wanted !== undefined && differs && (
                    <Stack gap={4} align="flex-start">
                      <Badge color="orange" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
                        Differs
                      </Badge>
                      <FieldValue value={wanted} />
                    </Stack>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollBox>
    </Stack>
  );
}

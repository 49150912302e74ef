import { Anchor, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { actionLabel } from "../../components/action-label.ts";
import { OutcomeBadge } from "../../components/outcome-badge.tsx";
import { Section } from "../../components/section.tsx";
import { TargetName } from "../../components/target-name.tsx";
import { Time } from "../../components/time.tsx";

/** What was done last, by whomever. */
export function LatestSection({ entries }: { readonly entries: readonly Schemas["AuditEntry"][] }) {
  return (
    <Section
      title="What happened last"
      aside={
        <Anchor size="sm" renderRoot={(props) => <Link to="/audit" {...props} />}>
          The whole audit
        </Anchor>
      }
    >
      <Table verticalSpacing={6} aria-label="What happened last">
        <Table.Tbody>
          {entries.map((entry) => (
            <Table.Tr key={entry.id}>
              <Table.Td w="1%">
                <Time at={entry.at} />
              </Table.Td>
              <Table.Td>
                <Group gap="sm" style={{ rowGap: 0 }}>
                  <Anchor
                    size="sm"
                    underline="hover"
                    c="var(--mantine-color-text)"
                    renderRoot={(props) => <Link to="/audit" search={{ entry: entry.seq }} {...props} />}
                  >
                    {actionLabel(entry.action)}
                  </Anchor>
                  <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                    <TargetName entry={entry} />
                  </Text>
                </Group>
              </Table.Td>
              <Table.Td w="1%">
                <OutcomeBadge outcome={entry.outcome} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

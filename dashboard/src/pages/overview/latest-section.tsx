import { Anchor, Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { actionLabel } from "../../components/action-label.ts";
import { OutcomeBadge } from "../../components/outcome-badge.tsx";
import { Section } from "../../components/section.tsx";
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
          {entries.map(({ id, seq, at, action, target, outcome }) => (
            <Table.Tr key={id}>
              <Table.Td w="1%">
                <Time at={at} />
              </Table.Td>
              <Table.Td>
                <Anchor
                  size="sm"
                  underline="hover"
                  c="var(--mantine-color-text)"
                  renderRoot={(props) => <Link to="/audit" search={{ entry: seq }} {...props} />}
                >
                  {actionLabel(action)}
                </Anchor>
              </Table.Td>
              <Table.Td visibleFrom="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                {target.id}
              </Table.Td>
              <Table.Td w="1%">
                <OutcomeBadge outcome={outcome} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

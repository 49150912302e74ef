import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { actionLabel } from "../../components/action-label.ts";
import { OutcomeBadge } from "../../components/outcome-badge.tsx";
import { TargetName } from "../../components/target-name.tsx";
import { Time } from "../../components/time.tsx";
import type { Column } from "../../components/virtual-table.tsx";
import { actorLabel } from "./actor-label.ts";

type Entry = Schemas["AuditEntry"];

export const auditColumns: readonly Column<Entry>[] = [
  {
    key: "seq",
    header: "#",
    width: 70,
    visibleFrom: "sm",
    cell: ({ seq }) => <span className="number">{seq.toLocaleString()}</span>,
  },
  { key: "at", header: "When", width: 130, visibleFrom: "sm", cell: ({ at }) => <Time at={at} /> },
  { key: "who", header: "Who", visibleFrom: "md", cell: (entry) => <ActorName entry={entry} /> },
  { key: "what", header: "What", cell: (entry) => <What entry={entry} /> },
  {
    key: "outcome",
    header: "Outcome",
    width: 130,
    cell: ({ outcome }) => <OutcomeBadge outcome={outcome} />,
  },
];

export function ActorName({ entry }: { readonly entry: Entry }) {
  return (
    <Text span size="sm" title={entry.actor.userId} truncate maw={200} display="block">
      {actorLabel(entry)}
    </Text>
  );
}

function What({ entry }: { readonly entry: Entry }) {
  const { seq, action, at } = entry;
  return (
    <div>
      <Anchor
        size="sm"
        fw={550}
        underline="hover"
        c="var(--mantine-color-text)"
        renderRoot={(props) => (
          <Link from="/audit" to="." search={(before) => ({ ...before, entry: seq })} {...props} />
        )}
      >
        {actionLabel(action)}
      </Anchor>
      <Text size="xs" c="dimmed" truncate maw={{ base: 190, sm: 320 }}>
        <Text span size="xs" hiddenFrom="sm">
          <Time at={at} />
          {" · "}
        </Text>
        <TargetName entry={entry} />
      </Text>
    </div>
  );
}

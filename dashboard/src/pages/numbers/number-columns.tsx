import { ActionIcon, Anchor, Badge, Checkbox, Group, Text, Tooltip } from "@mantine/core";
import { IconRobot } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { useAgentName } from "../../api/numbers.ts";
import { HealthBadge } from "../../components/health-badge.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { Time } from "../../components/time.tsx";
import type { Column } from "../../components/virtual-table.tsx";

type Row = Schemas["PhoneNumber"];

interface ColumnsOptions {
  readonly rows: readonly Row[];
  readonly selected: ReadonlySet<string>;
  readonly setSelected: (selected: ReadonlySet<string>) => void;
  readonly assign: (number: Row) => void;
}

export function numberColumns({
  rows,
  selected,
  setSelected,
  assign,
}: ColumnsOptions): readonly Column<Row>[] {
  const areAll = rows.length > 0 && rows.every(({ id }) => selected.has(id));
  return [
    {
      key: "selection",
      width: 40,
      header: (
        <Checkbox
          aria-label="Select all that are loaded"
          size="xs"
          checked={areAll}
          indeterminate={!areAll && selected.size > 0}
          onChange={() => setSelected(new Set(areAll ? [] : rows.map(({ id }) => id)))}
        />
      ),
      cell: ({ id, phoneNumber }) => (
        <Checkbox
          aria-label={`Select ${phoneNumber}`}
          size="xs"
          checked={selected.has(id)}
          onChange={() => setSelected(toggled(selected, id))}
        />
      ),
    },
    { key: "number", header: "Number", cell: (number) => <NumberCell number={number} /> },
    {
      key: "agent",
      header: "Agent",
      visibleFrom: "sm",
      cell: ({ chatbotId }) => <AgentCell agentId={chatbotId} />,
    },
    {
      key: "channels",
      header: "Channels",
      visibleFrom: "md",
      cell: (number) => <Channels number={number} />,
    },
    { key: "health", header: "Health", cell: ({ health }) => <HealthBadge health={health} />, width: 140 },
    {
      key: "read",
      header: "Last read",
      visibleFrom: "lg",
      width: 150,
      cell: ({ observedAt }) => (observedAt === null ? "–" : <Time at={observedAt} />),
    },
    {
      key: "actions",
      header: <span style={{ position: "absolute", clipPath: "inset(50%)" }}>Actions</span>,
      width: 44,
      visibleFrom: "sm",
      cell: (number) => (
        <Tooltip label="Assign …">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Assign ${number.phoneNumber}`}
            disabled={number.status === "released"}
            onClick={() => assign(number)}
          >
            <IconRobot size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      ),
    },
  ];
}

function toggled(selected: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const changed = new Set(selected);
  if (!changed.delete(id)) changed.add(id);
  return changed;
}

function NumberCell({ number: { id, phoneNumber, friendlyName } }: { readonly number: Row }) {
  return (
    <>
      <Anchor
        underline="hover"
        size="sm"
        fw={550}
        c="var(--mantine-color-text)"
        renderRoot={(props) => <Link to="/numbers/$id" params={{ id }} {...props} />}
      >
        <PhoneNumber e164={phoneNumber} />
      </Anchor>
      <Text size="xs" c="dimmed" truncate maw={220}>
        {friendlyName}
      </Text>
    </>
  );
}

function AgentCell({ agentId }: { readonly agentId: string | null }) {
  const agentName = useAgentName();
  if (agentId === null) {
    return (
      <Text size="sm" c="dimmed">
        Nobody
      </Text>
    );
  }
  return (
    <Text size="sm" truncate maw={220}>
      {agentName(agentId)}
    </Text>
  );
}

function Channels({ number: { channels } }: { readonly number: Row }) {
  if (!channels) return null;
  return (
    <Group gap={4} wrap="nowrap">
      <Badge color="gray" size="sm">
        Calls
      </Badge>
      {channels.sms && (
        <Badge color="gray" size="sm">
          SMS
        </Badge>
      )}
      {channels.whatsapp && (
        <Badge color="gray" size="sm">
          WhatsApp
        </Badge>
      )}
    </Group>
  );
}

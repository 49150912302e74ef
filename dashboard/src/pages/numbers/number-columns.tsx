import { ActionIcon, Anchor, Badge, Checkbox, Group, Text } from "@mantine/core";
import { IconRobot } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { HealthBadge } from "../../components/health-badge.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { Time } from "../../components/time.tsx";
import type { Column } from "../../components/virtual-table.tsx";

type Row = Schemas["PhoneNumber"];

interface ColumnsOptions {
  readonly selected: ReadonlySet<string>;
  readonly setSelected: (selected: ReadonlySet<string>) => void;
  readonly assign: (number: Row) => void;
  readonly agentName: (id: string) => string;
}

export function numberColumns({
  selected,
  setSelected,
  assign,
  agentName,
}: ColumnsOptions): readonly Column<Row>[] {
  return [
    {
      key: "selection",
      width: 40,
      header: (rows) => <SelectAll rows={rows} selected={selected} setSelected={setSelected} />,
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
      cell: ({ chatbotId }) => <AgentCell name={chatbotId === null ? undefined : agentName(chatbotId)} />,
    },
    {
      key: "channels",
      width: 220,
      header: "Channels",
      visibleFrom: "md",
      cell: (number) => <Channels number={number} />,
    },
    { key: "health", header: "Health", cell: ({ health }) => <HealthBadge health={health} />, width: 148 },
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
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Assign ${number.phoneNumber}`}
          title="Assign …"
          disabled={number.status === "released"}
          onClick={() => assign(number)}
        >
          <IconRobot size={18} stroke={1.6} />
        </ActionIcon>
      ),
    },
  ];
}

interface SelectAllProps extends Pick<ColumnsOptions, "selected" | "setSelected"> {
  readonly rows: readonly Row[];
}

function SelectAll({ rows, selected, setSelected }: SelectAllProps) {
  const areAll = rows.length > 0 && rows.every(({ id }) => selected.has(id));
  return (
    <Checkbox
      aria-label="Select all that are loaded"
      size="xs"
      checked={areAll}
      indeterminate={!areAll && selected.size > 0}
      onChange={() => setSelected(new Set(areAll ? [] : rows.map(({ id }) => id)))}
    />
  );
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

function AgentCell({ name }: { readonly name: string | undefined }) {
  return (
    <Text size="sm" truncate maw={220} c={name === undefined ? "dimmed" : undefined}>
      {name ?? "Nobody"}
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

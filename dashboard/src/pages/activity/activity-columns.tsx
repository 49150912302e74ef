import { Anchor, Badge, Group, Text } from "@mantine/core";
import { IconArrowDownLeft, IconArrowUpRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { useAgentName } from "../../api/numbers.ts";
import { Money } from "../../components/money.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";
import type { Column } from "../../components/virtual-table.tsx";
import type { Traffic } from "./activity-query.ts";
import { CHANNEL, formatDuration } from "./words.ts";

const when: Column<Traffic> = {
  key: "when",
  header: "When",
  width: 130,
  visibleFrom: "sm",
  cell: ({ startedAt }) => <Time at={startedAt} />,
};
const parties: Column<Traffic> = {
  key: "parties",
  header: "From and to",
  width: 215,
  cell: (traffic) => <Parties traffic={traffic} />,
};
const agent: Column<Traffic> = {
  key: "agent",
  header: "Agent",
  width: 170,
  visibleFrom: "md",
  cell: ({ chatbotId }) => <AgentCell agentId={chatbotId} />,
};
const cost: Column<Traffic> = {
  key: "cost",
  header: "Cost",
  width: 110,
  visibleFrom: "md",
  cell: ({ cost: own, twilioPrice }) => <Money value={own ?? twilioPrice} />,
};

export const callColumns: readonly Column<Schemas["Call"]>[] = [
  when,
  parties,
  agent,
  { key: "status", header: "Status", width: 120, cell: ({ status }) => <StatusBadge status={status} /> },
  {
    key: "duration",
    header: "Duration",
    width: 100,
    visibleFrom: "sm",
    cell: ({ durationSeconds }) => (
      <span className="number">{durationSeconds === null ? "–" : formatDuration(durationSeconds)}</span>
    ),
  },
  cost,
];

export const messageColumns: readonly Column<Schemas["Message"]>[] = [
  when,
  parties,
  agent,
  {
    key: "channel",
    header: "Channel",
    width: 100,
    visibleFrom: "md",
    cell: ({ channel }) => <Badge color="gray">{CHANNEL[channel]}</Badge>,
  },
  { key: "status", header: "Status", cell: (message) => <MessageStatus message={message} /> },
  cost,
];

function Parties({ traffic: { sid, direction, from, to, startedAt } }: { readonly traffic: Traffic }) {
  const Icon = direction === "inbound" ? IconArrowDownLeft : IconArrowUpRight;
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={16} stroke={1.8} aria-label={direction === "inbound" ? "Inbound" : "Outbound"} />
      <div>
        <Anchor
          size="sm"
          underline="hover"
          fw={550}
          c="var(--mantine-color-text)"
          renderRoot={(props) => (
            <Link from="/activity" to="." search={(before) => ({ ...before, sid })} {...props} />
          )}
        >
          <PhoneNumber e164={direction === "inbound" ? from : to} />
        </Anchor>
        <Text size="xs" c="dimmed" visibleFrom="sm">
          {direction === "inbound" ? "to " : "from "}
          <PhoneNumber e164={direction === "inbound" ? to : from} />
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          <Time at={startedAt} />
        </Text>
      </div>
    </Group>
  );
}

function AgentCell({ agentId }: { readonly agentId: string | null }) {
  const agentName = useAgentName();
  return (
    <Text size="sm" c={agentId === null ? "dimmed" : undefined} truncate maw={160}>
      {agentId === null ? "Nobody" : agentName(agentId)}
    </Text>
  );
}

function MessageStatus({ message }: { readonly message: Schemas["Message"] }) {
  const { status, error, replyError } = message;
  const why = error ?? replyError;
  return (
    <Group gap="xs" wrap="nowrap">
      <StatusBadge status={status} />
      {why && (
        <Text size="xs" c="dimmed" lineClamp={2} visibleFrom="lg" title={why.meaning}>
          {why === replyError && "Reply refused, "}
          {why.code}: {why.meaning}
        </Text>
      )}
    </Group>
  );
}

import { Anchor, Button, Paper, Text } from "@mantine/core";
import { IconPlus, IconRobot } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { useCursorList } from "../../api/paging.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Time } from "../../components/time.tsx";
import { type Column, VirtualTable } from "../../components/virtual-table.tsx";
import { MESSAGING_WAYS, VOICE_WAYS } from "../agent/answer-fields.ts";

export function AgentsPage() {
  const list = useCursorList({
    queryKey: ["agents", "list"],
    fetchPage: (cursor, signal) =>
      dataOf(api.GET("/api/agents", { params: { query: cursor === undefined ? {} : { cursor } }, signal })),
    rowsOf: ({ agents }) => agents,
  });
  return (
    <div className="page">
      <PageHeader
        title="Agents"
        description="Who answers calls and messages, and how. A change takes effect with the next one."
        actions={!list.isEmpty && <NewAgentButton />}
      />
      <ProblemAlert error={list.error} />
      {list.isEmpty ? (
        <EmptyState icon={IconRobot} title="No agents yet" action={<NewAgentButton />}>
          An agent says a text, hands over to your WebSocket or webhook, or dials on. Numbers are assigned to
          it afterwards.
        </EmptyState>
      ) : (
        <Paper style={{ overflow: "hidden" }}>
          <VirtualTable label="Agents" columns={COLUMNS} rowKey={({ id }) => id} {...list} />
        </Paper>
      )}
    </div>
  );
}

function NewAgentButton() {
  return (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      renderRoot={(props) => <Link to="/agents/new" {...props} />}
    >
      New agent
    </Button>
  );
}

const COLUMNS: readonly Column<Schemas["Agent"]>[] = [
  {
    key: "name",
    header: "Agent",
    cell: ({ id, name }) => (
      <>
        <Anchor
          fw={550}
          size="sm"
          underline="hover"
          renderRoot={(props) => <Link to="/agents/$id" params={{ id }} {...props} />}
        >
          {name}
        </Anchor>
        <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: "anywhere" }}>
          {id}
        </Text>
      </>
    ),
  },
  { key: "voice", header: "Calls", width: "22%", cell: ({ voice }) => VOICE_WAYS[voice.kind].label },
  {
    key: "messaging",
    header: "Messages",
    width: "22%",
    visibleFrom: "sm",
    cell: ({ messaging }) => MESSAGING_WAYS[messaging.kind].label,
  },
  {
    key: "updatedAt",
    header: "Changed",
    width: 160,
    visibleFrom: "md",
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
  },
];

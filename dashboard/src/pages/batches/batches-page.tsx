import { Anchor, Box, Button, Paper, Text } from "@mantine/core";
import { IconPlus, IconStack2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { useAgentName } from "../../api/numbers.ts";
import { useCursorList } from "../../api/paging.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Time } from "../../components/time.tsx";
import { type Column, VirtualTable } from "../../components/virtual-table.tsx";
import { BatchBar } from "./batch-bar.tsx";
import { BatchStateBadge } from "./batch-state-badge.tsx";
import { type Batch, endedOf, selectionOf, titleOf } from "./batch-words.ts";

const REFRESH_MS = 3_000;

export function BatchesPage() {
  const list = useCursorList({
    queryKey: ["batches", "list"],
    fetchPage: (cursor, signal) =>
      dataOf(api.GET("/api/batches", { params: { query: cursor === undefined ? {} : { cursor } }, signal })),
    rowsOf: ({ batches }) => batches,
    refetchInterval: REFRESH_MS,
  });
  return (
    <div className="page">
      <PageHeader
        title="Batches"
        description="Changes of many numbers: planned first, then applied, and taken back if need be."
        actions={!list.isEmpty && <PlanButton />}
      />
      <ProblemAlert error={list.error} />
      {list.isEmpty ? (
        <EmptyState icon={IconStack2} title="Change many numbers at once" action={<PlanButton />}>
          A plan shows for every number what would be written, field by field. Nothing is changed before you
          apply it, and everything that it changes can be undone.
        </EmptyState>
      ) : (
        <Paper style={{ overflow: "hidden" }}>
          <VirtualTable label="Batches" columns={COLUMNS} rowKey={({ id }) => id} {...list} />
        </Paper>
      )}
    </div>
  );
}

function PlanButton() {
  return (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      renderRoot={(props) => <Link to="/batches/new" {...props} />}
    >
      Plan a change
    </Button>
  );
}

const COLUMNS: readonly Column<Batch>[] = [
  { key: "what", header: "Change", cell: (batch) => <What batch={batch} /> },
  { key: "state", header: "State", width: 130, cell: ({ state }) => <BatchStateBadge state={state} /> },
  {
    key: "progress",
    header: "Numbers",
    width: 230,
    visibleFrom: "sm",
    cell: (batch) => <HowFar batch={batch} />,
  },
  {
    key: "at",
    header: "Planned",
    width: 160,
    visibleFrom: "md",
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
];

function What({ batch }: { readonly batch: Batch }) {
  const agentName = useAgentName();
  return (
    <Box miw={0}>
      <Anchor
        fw={550}
        underline="hover"
        size="sm"
        renderRoot={(props) => <Link to="/batches/$id" params={{ id: batch.id }} {...props} />}
      >
        {titleOf(batch, agentName)}
      </Anchor>
      <Text size="xs" c="dimmed" lineClamp={1}>
        {selectionOf(batch)}{" "}
        <Box component="span" hiddenFrom="md">
          <Time at={batch.createdAt} />
        </Box>
      </Text>
    </Box>
  );
}

function HowFar({ batch }: { readonly batch: Batch }) {
  const { selected, counts, state } = batch;
  const all = selected.toLocaleString();
  const text =
    state === "planned"
      ? `${counts.pending.toLocaleString()} of ${all} to change`
      : `${endedOf(batch).toLocaleString()} of ${all}${counts.failed > 0 ? `, ${counts.failed.toLocaleString()} failed` : ""}`;
  return (
    <Box>
      <Text size="xs" className="number" mb={2}>
        {text}
      </Text>
      <BatchBar batch={batch} size="xs" />
    </Box>
  );
}

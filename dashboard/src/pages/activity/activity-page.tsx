import { Group, Paper, SegmentedControl } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { faultOfRange } from "../../components/days.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { type Column, VirtualTable } from "../../components/virtual-table.tsx";
import { callColumns, messageColumns } from "./activity-columns.tsx";
import { ActivityDrawer } from "./activity-drawer.tsx";
import { ActivityFilters } from "./activity-filters.tsx";
import { type Traffic, withLive } from "./activity-query.ts";
import { LiveBadge } from "./live-badge.tsx";
import { NoActivity } from "./no-activity.tsx";
import { TABS } from "./search.ts";
import { useCalls, useMessages } from "./use-activity-list.ts";
import { type LiveActivity, useLiveActivity } from "./use-live-activity.ts";

const route = getRouteApi("/signed-in/activity");
const LABEL = { calls: "Calls", messages: "Messages" } as const;

export function ActivityPage() {
  const { tab = "calls", sid, from, to } = route.useSearch();
  // Where it cannot, the days themselves say why.
  const canBeAsked = faultOfRange({ from, to }) === undefined;
  const navigate = route.useNavigate();
  const live = useLiveActivity();
  // What only messages have is left behind with them.
  const choose = (name: string) =>
    void navigate({
      search: (before) => ({
        ...before,
        tab: TABS.find((each) => each === name),
        channel: undefined,
        status: undefined,
        sid: undefined,
      }),
    });
  return (
    <div className="page">
      <PageHeader
        title="Activity"
        description="Calls and messages of your numbers, as they happen"
        actions={<LiveBadge isLive={live.isOpen} />}
      />
      <Group gap="xs" mb="md" className="strip">
        <SegmentedControl
          aria-label="Calls or messages"
          value={tab}
          onChange={choose}
          data={TABS.map((name) => ({ value: name, label: LABEL[name] }))}
        />
        <ActivityFilters />
      </Group>
      {canBeAsked && (tab === "calls" ? <Calls live={live} /> : <Messages live={live} />)}
      {sid !== undefined && <ActivityDrawer tab={tab} sid={sid} />}
    </div>
  );
}

function Calls({ live }: { readonly live: LiveActivity }) {
  const search = route.useSearch();
  const list = useCalls(search);
  const rows = withLive(list.rows, live.calls, { search, hasMore: list.hasMore });
  return <List noun="calls" columns={callColumns} list={list} rows={rows} />;
}

function Messages({ live }: { readonly live: LiveActivity }) {
  const search = route.useSearch();
  const list = useMessages(search);
  const rows = withLive(list.rows, live.messages, { search, hasMore: list.hasMore });
  return <List noun="messages" columns={messageColumns} list={list} rows={rows} />;
}

interface ListProps<Row> {
  readonly noun: "calls" | "messages";
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly list: Omit<ReturnType<typeof useCalls>, "rows" | "isEmpty">;
}

function List<Row extends Traffic>({ noun, columns, rows, list }: ListProps<Row>) {
  const { error, hasMore, isLoading, loadMore, showRows } = list;
  if (rows.length === 0 && !isLoading && !error) return <NoActivity noun={noun} />;
  return (
    <>
      <ProblemAlert error={error} />
      <Paper style={{ overflow: "hidden" }}>
        <VirtualTable
          label={LABEL[noun]}
          columns={columns}
          rows={rows}
          rowKey={({ sid }) => sid}
          hasMore={hasMore}
          isLoading={isLoading}
          loadMore={loadMore}
          showRows={showRows}
        />
      </Paper>
    </>
  );
}

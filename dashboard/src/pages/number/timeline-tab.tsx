import { Button, Group, Paper, Text, Timeline } from "@mantine/core";
import { IconBell, IconMessage, IconPhone, IconSettings, IconTimeline } from "@tabler/icons-react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { useCursorList } from "../../api/paging.ts";
import { assertNever } from "../../components/assert-never.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Time } from "../../components/time.tsx";
import { EntryText } from "./entry-text.tsx";

type Entry = Schemas["TimelineEntry"];

const PAGE = 50;
const REFRESH_MS = 5_000;
const ICON: Record<Entry["kind"], typeof IconPhone> = {
  operation: IconSettings,
  call: IconPhone,
  message: IconMessage,
  alert: IconBell,
};

/** Everything that happened to a number, newest first. */
export function TimelineTab({ phoneNumberId }: { readonly phoneNumberId: string }) {
  const list = useCursorList({
    queryKey: ["phone-numbers", "timeline", phoneNumberId],
    fetchPage: (cursor, signal) =>
      dataOf(
        api.GET("/api/phone-numbers/{id}/timeline", {
          params: { path: { id: phoneNumberId }, query: { limit: PAGE, ...(cursor ? { cursor } : {}) } },
          signal,
        }),
      ),
    rowsOf: ({ entries }) => entries,
    refetchInterval: REFRESH_MS,
  });
  if (list.error) return <ProblemAlert error={list.error} />;
  if (list.isEmpty) {
    return (
      <EmptyState icon={IconTimeline} title="Nothing has happened yet">
        Assignments, calls, messages and alerts of this number appear here.
      </EmptyState>
    );
  }
  if (list.rows.length === 0) return <PageLoading />;
  return (
    <Paper p="lg">
      <Timeline bulletSize={26} lineWidth={2} active={-1}>
        {list.rows.map((entry) => {
          const Icon = ICON[entry.kind];
          return (
            <Timeline.Item
              key={keyOf(entry)}
              bullet={<Icon size={14} aria-hidden />}
              title={<EntryText entry={entry} />}
            >
              <Text size="xs" c="dimmed">
                <Time at={entry.at} />
              </Text>
            </Timeline.Item>
          );
        })}
      </Timeline>
      {list.hasMore && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={list.isLoading} onClick={list.loadMore}>
            Show earlier
          </Button>
        </Group>
      )}
    </Paper>
  );
}

function keyOf(entry: Entry): string {
  switch (entry.kind) {
    case "operation":
      return entry.operation.id;
    case "call":
      return entry.call.sid;
    case "message":
      return entry.message.sid;
    case "alert":
      return entry.alert.id;
    default:
      return assertNever(entry);
  }
}

import { Button, Center, Chip, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { useCursorList } from "../../api/paging.ts";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { type Batch, isMoving } from "../batches/batch-words.ts";
import { BatchItem } from "./batch-item.tsx";
import { ITEM_WORDS, type ItemState, isItemState } from "./item-words.ts";

const REFRESH_MS = 2_000;
const route = getRouteApi("/signed-in/batches/$id");

/** The numbers of a batch: what is planned for each, and what has become of it. */
export function BatchItems({ batch }: { readonly batch: Batch }) {
  const { state } = route.useSearch();
  const list = useCursorList({
    // Asked anew in every state of the batch, because its end is the last that is heard of it.
    queryKey: ["batches", batch.id, "items", state, batch.state, batch.endedAt],
    fetchPage: (cursor, signal) =>
      dataOf(
        api.GET("/api/batches/{id}/items", {
          params: {
            path: { id: batch.id },
            query: {
              ...(cursor === undefined ? {} : { cursor: Number(cursor) }),
              ...(state === undefined ? {} : { state }),
            },
          },
          signal,
        }),
      ),
    rowsOf: ({ items }) => items,
    ...(isMoving(batch) ? { refetchInterval: REFRESH_MS } : {}),
  });
  return (
    <section aria-labelledby="numbers">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="numbers">
          Numbers
        </Title>
        <StateFilter batch={batch} state={state} />
      </Group>
      <ProblemAlert error={list.error} />
      <Paper>
        <Stack gap={0} component="ul" m={0} p={0}>
          {list.rows.map((item) => (
            <BatchItem key={item.phoneNumberId} item={item} isAdvance={batch.appliedAt === null} />
          ))}
        </Stack>
        {list.isEmpty && (
          <Text c="dimmed" ta="center" p="lg" size="sm">
            {batch.state === "planning" ? "The numbers are being read …" : "There is no such number."}
          </Text>
        )}
        {list.isLoading && list.rows.length === 0 && <PageLoading />}
        {list.hasMore && (
          <Center p="sm">
            <Button variant="default" size="xs" onClick={list.loadMore} loading={list.isLoading}>
              Show more
            </Button>
          </Center>
        )}
      </Paper>
    </section>
  );
}

function StateFilter({ batch, state }: { readonly batch: Batch; readonly state: ItemState | undefined }) {
  const navigate = route.useNavigate();
  const shown = Object.keys(ITEM_WORDS)
    .filter(isItemState)
    .filter((known) => batch.counts[known] > 0 || known === state);
  const show = (value: string) => {
    const wanted = shown.find((known) => known === value);
    void navigate({ search: { state: wanted }, replace: true });
  };
  if (shown.length < 2 && state === undefined) return null;
  return (
    <Chip.Group value={state ?? "all"} onChange={show}>
      <Group gap={6}>
        <Chip size="xs" value="all">
          All
        </Chip>
        {shown.map((known) => (
          <Chip key={known} size="xs" value={known}>
            {ITEM_WORDS[known].label} {batch.counts[known].toLocaleString()}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

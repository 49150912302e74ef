import { Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { refreshNumbers, useAgentName } from "../../api/numbers.ts";
import { useEvents } from "../../api/use-events.ts";
import { counted } from "../../components/counted.ts";
import { NoSuchThing } from "../../components/no-such-thing.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { NotReadAgain } from "../../components/problem-alert.tsx";
import { Time } from "../../components/time.tsx";
import { BatchStateBadge } from "../batches/batch-state-badge.tsx";
import { type Batch, selectionOf, titleOf } from "../batches/batch-words.ts";
import { ApplyPanel } from "./apply-panel.tsx";
import { BatchActions } from "./batch-actions.tsx";
import { BatchItems } from "./batch-items.tsx";
import { BatchProgress } from "./batch-progress.tsx";

const route = getRouteApi("/signed-in/batches/$id");

export function BatchPage() {
  const { id } = route.useParams();
  const { batch, error } = useBatch(id);
  const agentName = useAgentName();
  if (!batch && !error) return <PageLoading />;
  if (!batch) return <NoSuchThing id={id} error={error} to="/batches" onward="To all batches" />;
  return (
    <div className="page">
      <PageHeader
        title={titleOf(batch, agentName)}
        description={<Origin batch={batch} />}
        actions={<BatchActions batch={batch} />}
      />
      <Stack>
        <NotReadAgain error={error} />
        <BatchProgress batch={batch} />
        {batch.state === "planned" && <ApplyPanel batch={batch} />}
        <BatchItems batch={batch} />
      </Stack>
    </div>
  );
}

/** As it is now: read once, and then followed for as long as it may change. */
function useBatch(id: string) {
  const client = useQueryClient();
  const { data: batch, error } = useQuery({
    queryKey: ["batches", id],
    queryFn: () => dataOf(api.GET("/api/batches/{id}", { params: { path: { id } } })),
  });
  const isFollowed = batch !== undefined && batch.endedAt === null;
  useEvents(isFollowed ? `/api/batches/${id}/events` : undefined, {
    // The API vouches for the shape: it is the batch as GET shows it.
    progress: (data) => client.setQueryData<Batch>(["batches", id], data as Batch),
    end: () => {
      void client.invalidateQueries({ queryKey: ["batches"] });
      void refreshNumbers(client);
    },
  });
  return { batch, error };
}

function Origin({ batch }: { readonly batch: Batch }) {
  const { selected, createdAt } = batch;
  const selection = selectionOf(batch);
  return (
    <Text size="sm" c="dimmed" component="span">
      <BatchStateBadge state={batch.state} /> {counted(selected, "number")}
      {selection !== undefined && ` ${selection}`}, planned <Time at={createdAt} />
    </Text>
  );
}

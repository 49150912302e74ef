import { Button } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { ConfirmAction } from "../../components/confirm-action.tsx";
import { counted } from "../../components/counted.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import type { Batch } from "../batches/batch-words.ts";

/** What can be decided about a batch in its state. */
export function BatchActions({ batch }: { readonly batch: Batch }) {
  const { state, counts, undoneBy } = batch;
  return (
    <>
      {(state === "canary" || state === "running") && <Decide batch={batch} action="pause" />}
      {state === "paused" && <Decide batch={batch} action="resume" />}
      {batch.endedAt === null && <CancelBatch batch={batch} />}
      {batch.endedAt !== null && counts.done > 0 && <UndoBatch batch={batch} />}
      {undoneBy !== null && (
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/batches/$id" params={{ id: undoneBy }} {...props} />}
        >
          See the undo
        </Button>
      )}
    </>
  );
}

const WORDS = {
  pause: { label: "Pause", icon: IconPlayerPause },
  resume: { label: "Resume", icon: IconPlayerPlay },
} as const;

function Decide({ batch, action }: { readonly batch: Batch; readonly action: keyof typeof WORDS }) {
  const client = useQueryClient();
  const { label, icon: Icon } = WORDS[action];
  const path = { id: batch.id };
  const deciding = useMutation({
    mutationFn: () => dataOf(api.POST(`/api/batches/{id}/${action}`, { params: { path } })),
    onSuccess: (decided) => client.setQueryData<Batch>(["batches", batch.id], decided),
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon size={16} aria-hidden />}
        loading={deciding.isPending}
        onClick={() => deciding.mutate()}
      >
        {label}
      </Button>
      <ProblemAlert error={deciding.error} />
    </>
  );
}

function CancelBatch({ batch }: { readonly batch: Batch }) {
  const client = useQueryClient();
  const isPlan = batch.state === "planning" || batch.state === "planned";
  const cancel = async () => {
    await api.POST("/api/batches/{id}/cancel", { params: { path: { id: batch.id } } });
    await client.invalidateQueries({ queryKey: ["batches"] });
  };
  return (
    <ConfirmAction
      label={isPlan ? "Discard" : "Cancel"}
      title={isPlan ? "Discard this plan?" : "Cancel this batch?"}
      confirmLabel={isPlan ? "Discard the plan" : "Cancel the batch"}
      onConfirm={cancel}
    >
      {isPlan
        ? "Nothing has been changed, and nothing will be."
        : `What is under way ends, and the ${batch.counts.pending.toLocaleString()} other numbers stay as they are. What has been changed stays changed; you can undo it afterwards.`}
    </ConfirmAction>
  );
}

function UndoBatch({ batch }: { readonly batch: Batch }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { done } = batch.counts;
  const undo = async () => {
    const path = { id: batch.id };
    const { id } = await dataOf(api.POST("/api/batches/{id}/undo", { params: { path } }));
    await client.invalidateQueries({ queryKey: ["batches"] });
    await navigate({ to: "/batches/$id", params: { id } });
  };
  return (
    <ConfirmAction
      label="Undo"
      title="Undo this batch?"
      confirmLabel={`Put back ${counted(done, "number")}`}
      onConfirm={undo}
    >
      Every number that it changed is put back, in Twilio and in its assignment, to what stood there before.
      One that has been changed since is left as it is, and named.
    </ConfirmAction>
  );
}

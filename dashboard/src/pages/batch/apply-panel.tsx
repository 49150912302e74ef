import { Button, Group, NumberInput, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { counted } from "../../components/counted.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Time } from "../../components/time.tsx";
import { useRequestForm } from "../../forms/use-request-form.ts";
import type { Batch } from "../batches/batch-words.ts";

/** What a number field holds while it is empty. */
const UNSET = "";
type Draft = { readonly canarySize: number | string; readonly failureBudget: number | string };

export function ApplyPanel({ batch }: { readonly batch: Batch }) {
  const client = useQueryClient();
  const form = useRequestForm<Draft>({
    request: "applyBatch",
    bodyOf: given,
    initialValues: { canarySize: UNSET, failureBudget: UNSET },
  });
  const { pending } = batch.counts;
  const applying = useMutation({
    mutationFn: (draft: Draft) =>
      dataOf(api.POST("/api/batches/{id}/apply", { params: { path: { id: batch.id } }, body: given(draft) })),
    onSuccess: (applied) => client.setQueryData<Batch>(["batches", batch.id], applied),
    onError: form.showProblem,
  });
  if (pending === 0) {
    return (
      <Paper p="md">
        <Text>There is nothing to change: see below why for each number.</Text>
      </Paper>
    );
  }
  return (
    <Paper p="md" component="section" aria-labelledby="apply">
      <Title order={2} id="apply" mb={4}>
        Apply it
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        A few numbers go first, and are verified before the others are begun. A number that is no longer as
        shown below is skipped, not overwritten.
        {batch.expiresAt !== null && (
          <>
            {" "}
            The plan is good until <Time at={batch.expiresAt} />.
          </>
        )}
      </Text>
      <form noValidate onSubmit={form.onSubmit((draft) => applying.mutate(draft))}>
        <Stack gap="sm">
          <Group align="flex-end">
            <NumberInput
              label="Numbers that go first"
              placeholder="1 %, at least 1"
              min={0}
              allowDecimal={false}
              w={230}
              {...form.getInputProps("canarySize")}
            />
            <NumberInput
              label="Failures allowed"
              placeholder="5 %, at least 5"
              min={0}
              allowDecimal={false}
              w={230}
              {...form.getInputProps("failureBudget")}
            />
            <Button type="submit" loading={applying.isPending}>
              Change {counted(pending, "number")}
            </Button>
          </Group>
          <ProblemAlert error={applying.error} />
        </Stack>
      </form>
    </Paper>
  );
}

function given({ canarySize, failureBudget }: Draft): { canarySize?: number; failureBudget?: number } {
  return {
    ...(typeof canarySize === "number" ? { canarySize } : {}),
    ...(typeof failureBudget === "number" ? { failureBudget } : {}),
  };
}

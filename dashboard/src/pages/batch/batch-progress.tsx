import { Alert, Group, Paper, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { BatchBar } from "../batches/batch-bar.tsx";
import { type Batch, endedOf, isMoving, timeLeft } from "../batches/batch-words.ts";

const rate = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });

/** How far it has come, at what rate, how long it will take, and why it stopped by itself. */
export function BatchProgress({ batch }: { readonly batch: Batch }) {
  const { counts, selected, state, perSecond, secondsLeft, stopped } = batch;
  const figures = [
    ["To change", counts.pending],
    ["Under way", counts.running],
    ["Changed", counts.done],
    ["Undone", counts.undone],
    ["Unchanged", counts.unchanged],
    ["Skipped", counts.skipped],
    ["Failed", counts.failed],
  ] as const;
  return (
    <Paper p="md" component="section" aria-label="Progress">
      <Group gap="xl" mb={state === "planned" ? 0 : "sm"}>
        {figures
          .filter(([label, count]) => count > 0 || label === "Failed" || label === "Changed")
          .map(([label, count]) => (
            <div key={label}>
              <Text size="xs" c="dimmed">
                {label}
              </Text>
              <Text
                fz={22}
                fw={600}
                lh={1.2}
                className="number"
                c={label === "Failed" && count > 0 ? "var(--mantine-color-error)" : undefined}
              >
                {count.toLocaleString()}
              </Text>
            </div>
          ))}
      </Group>
      <BatchBar batch={batch} size="md" />
      {isMoving(batch) && (
        <Group justify="space-between" mt={6} gap="xs">
          <Text size="xs" c="dimmed" className="number">
            {state === "planning"
              ? "Reading the numbers"
              : `${endedOf(batch).toLocaleString()} of ${selected.toLocaleString()}`}
            {state === "canary" && " · the first few, which are verified before the others"}
          </Text>
          <Text size="xs" c="dimmed" className="number">
            {perSecond !== null && `${rate.format(perSecond)} a second`}
            {secondsLeft !== null && ` · ${timeLeft(secondsLeft)}`}
          </Text>
        </Group>
      )}
      {stopped !== null && (
        <Alert color="red" mt="sm" icon={<IconAlertTriangle aria-hidden />} title="It stopped by itself">
          {stopped.detail} What it changed stays changed until you undo it; for the numbers that are left,
          make a new plan.
        </Alert>
      )}
    </Paper>
  );
}

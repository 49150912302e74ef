import { Progress } from "@mantine/core";
import { type Batch, endedOf } from "./batch-words.ts";

const PARTS = [
  ["done", "teal.6", "changed"],
  ["unchanged", "gray.5", "unchanged"],
  ["undone", "grape.5", "undone"],
  ["skipped", "yellow.6", "skipped"],
  ["failed", "red.6", "failed"],
] as const;

const PERCENT = 100;

/** How far a batch has come, and how. A plan's is empty: nothing has been done yet. */
export function BatchBar({ batch, size = "sm" }: { readonly batch: Batch; readonly size?: string }) {
  const { counts, selected, state } = batch;
  if (state === "planned") return null;
  if (state === "planning") {
    const planned = endedOf(batch) + counts.pending;
    return (
      <Progress
        size={size}
        value={share(planned, selected)}
        color="blue"
        animated
        aria-label="Numbers read"
      />
    );
  }
  return (
    <Progress.Root size={size}>
      {PARTS.filter(([key]) => counts[key] > 0).map(([key, color, word]) => (
        <Progress.Section
          key={key}
          value={share(counts[key], selected)}
          color={color}
          aria-label={`Numbers ${word}`}
        />
      ))}
    </Progress.Root>
  );
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * PERCENT;
}

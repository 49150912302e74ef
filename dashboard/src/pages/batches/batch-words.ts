// What a batch is called, and how its state looks.
import {
  IconBan,
  IconCircleCheck,
  IconClipboardList,
  IconLoader2,
  IconPlayerPause,
  IconUrgent,
} from "@tabler/icons-react";
import type { Schemas } from "../../api/client.ts";
import { assertNever } from "../../components/assert-never.ts";

export type Batch = Schemas["Batch"];
export type BatchState = Batch["state"];

export const BATCH_STATES = {
  planning: { label: "Planning", color: "blue", icon: IconLoader2 },
  planned: { label: "Plan", color: "indigo", icon: IconClipboardList },
  canary: { label: "Canary", color: "blue", icon: IconLoader2 },
  running: { label: "Running", color: "blue", icon: IconLoader2 },
  paused: { label: "Paused", color: "yellow", icon: IconPlayerPause },
  stopped: { label: "Stopped", color: "red", icon: IconUrgent },
  cancelled: { label: "Cancelled", color: "gray", icon: IconBan },
  done: { label: "Done", color: "teal", icon: IconCircleCheck },
} as const satisfies Record<BatchState, unknown>;

export function titleOf({ action, chatbotId, restore }: Batch, agentName: (id: string) => string): string {
  switch (action) {
    case "assign":
      return `Assign to ${agentName(chatbotId ?? "")}`;
    case "unassign":
      return restore ? "Unassign and restore" : "Unassign";
    case "undo":
      return "Undo";
    case "configure":
      return "Configure again";
    default:
      return assertNever(action);
  }
}

/** What was selected, in words; undefined for a list of numbers or all of them, which its count says well enough. */
export function selectionOf({ selection }: Batch): string | undefined {
  const { chatbotId, accountId, health, verdict, search } = selection;
  const said = [
    chatbotId === null ? undefined : `of ${chatbotId}`,
    accountId === null ? undefined : `in ${accountId}`,
    health === null ? undefined : `with health ${health}`,
    verdict === null ? undefined : `where the verdict is ${verdict}`,
    search === null ? undefined : `found by “${search}”`,
  ].filter((part) => part !== undefined);
  return said.length === 0 ? undefined : said.join(", ");
}

/** How many numbers have come to their end. */
export function endedOf({ counts }: Batch): number {
  return counts.done + counts.unchanged + counts.failed + counts.skipped + counts.undone;
}

/** Whether something goes on by itself. */
export function isMoving({ state }: Batch): boolean {
  return state === "planning" || state === "canary" || state === "running";
}

const duration = new Intl.NumberFormat(undefined, { style: "unit", unit: "second", unitDisplay: "short" });
const minutes = new Intl.NumberFormat(undefined, { style: "unit", unit: "minute", unitDisplay: "short" });
const MINUTE_SECONDS = 60;

export function timeLeft(seconds: number): string {
  if (seconds < 2 * MINUTE_SECONDS) return `about ${duration.format(seconds)} left`;
  return `about ${minutes.format(Math.round(seconds / MINUTE_SECONDS))} left`;
}

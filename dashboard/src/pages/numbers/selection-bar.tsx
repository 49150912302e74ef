import { Button, CloseButton, Group, Paper, Text, Transition } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { whenReachable } from "../../api/connection.ts";
import { Opening } from "../../components/opening.tsx";
import type { NumbersSearch } from "./search.ts";
import { planned, type Selection } from "./selection.ts";

const BulkDrawer = lazy(async () => ({
  default: (await whenReachable(() => import("../../assigning/bulk-drawer.tsx"))).BulkDrawer,
}));

interface SelectionBarProps {
  readonly selection: Selection;
  readonly select: (selection: Selection) => void;
  /** How many the filters leave, once that is known. */
  readonly listed: string | undefined;
  readonly search: NumbersSearch;
}

const ACTIONS = [
  { action: "assign", label: "Assign …" },
  { action: "configure", label: "Configure again …" },
  { action: "unassign", label: "Unassign …" },
] as const;

/** What can be done with the numbers that are selected, or with all that the filters leave. */
export function SelectionBar({ selection, select, listed, search }: SelectionBarProps) {
  const [action, setAction] = useState<(typeof ACTIONS)[number]["action"]>();
  const areAll = selection === "all";
  const all = listed === undefined ? "all that are listed" : `all that are listed (${listed})`;
  const count = areAll ? all : selection.size === 1 ? "one number" : `${selection.size} numbers`;
  return (
    <>
      <Transition mounted={areAll || selection.size > 0} transition="slide-up">
        {(style) => (
          <Paper
            style={{ ...style, position: "sticky", bottom: 16, zIndex: 2 }}
            shadow="lg"
            p="sm"
            mt="sm"
            role="region"
            aria-label="Selection"
          >
            <Group gap="xs">
              <Text size="sm" fw={600} mr="auto">
                Selected: {count}
              </Text>
              {!areAll && (
                <Button size="xs" variant="subtle" onClick={() => select("all")}>
                  Select {all}
                </Button>
              )}
              {ACTIONS.map(({ action: each, label }) => (
                <Button key={each} size="xs" variant="default" onClick={() => setAction(each)}>
                  {label}
                </Button>
              ))}
              <CloseButton aria-label="Select nothing" onClick={() => select(new Set())} />
            </Group>
          </Paper>
        )}
      </Transition>
      <Suspense fallback={<Opening />}>
        {action && (
          <BulkDrawer
            action={action}
            count={count}
            selection={planned(selection, search)}
            onClose={() => setAction(undefined)}
          />
        )}
      </Suspense>
    </>
  );
}

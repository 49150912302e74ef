import { Button, CloseButton, Group, Paper, Text, Transition } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import type { Schemas } from "../../api/client.ts";
import type { NumbersSearch } from "./search.ts";

const BulkDrawer = lazy(async () => ({
  default: (await import("../../assigning/bulk-drawer.tsx")).BulkDrawer,
}));

interface SelectionBarProps {
  readonly selected: ReadonlySet<string>;
  /** How many fit what was searched for, whatever their health. */
  readonly total: number | undefined;
  readonly search: NumbersSearch;
  readonly clear: () => void;
}

const ACTIONS = [
  { action: "assign", label: "Assign …" },
  { action: "configure", label: "Configure again …" },
  { action: "unassign", label: "Unassign …" },
] as const;

/** What can be done with the numbers that are selected, or with all that the filters leave. */
export function SelectionBar({ selected, search, clear }: SelectionBarProps) {
  const [action, setAction] = useState<(typeof ACTIONS)[number]["action"]>();
  const [areAll, setAreAll] = useState(false);
  const count = areAll
    ? "all that are listed"
    : selected.size === 1
      ? "one number"
      : `${selected.size} numbers`;
  const close = () => {
    setAreAll(false);
    clear();
  };
  return (
    <>
      <Transition mounted={selected.size > 0} transition="slide-up">
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
                <Button size="xs" variant="subtle" onClick={() => setAreAll(true)}>
                  Select all that are listed
                </Button>
              )}
              {ACTIONS.map(({ action: each, label }) => (
                <Button key={each} size="xs" variant="default" onClick={() => setAction(each)}>
                  {label}
                </Button>
              ))}
              <CloseButton aria-label="Select nothing" onClick={close} />
            </Group>
          </Paper>
        )}
      </Transition>
      <Suspense>
        {action && (
          <BulkDrawer
            action={action}
            count={count}
            selection={areAll ? selectionOf(search) : { phoneNumberIds: [...selected] }}
            onClose={() => setAction(undefined)}
          />
        )}
      </Suspense>
    </>
  );
}

/** The filters of the list as a batch's selection. */
function selectionOf(filter: NumbersSearch): Schemas["PlanBatch"]["selection"] {
  const { agent, account, health, shadowed, search } = filter;
  if (Object.values(filter).every((value) => value === undefined)) return { all: true };
  return {
    ...(agent === undefined ? {} : { chatbotId: agent }),
    ...(account === undefined ? {} : { accountId: account }),
    ...(health === undefined ? {} : { health }),
    ...(shadowed === undefined ? {} : { shadowed }),
    ...(search === undefined ? {} : { search }),
  };
}

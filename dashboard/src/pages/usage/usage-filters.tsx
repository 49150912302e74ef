import { Button, Group } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { AgentFilter } from "../../components/agent-select.tsx";
import { DayRangeInput } from "../../components/day-range.tsx";
import type { DayRange } from "../../components/days.ts";
import { DIRECTION_OPTIONS } from "../../components/direction.ts";
import { FilterSelect } from "../../components/filter-select.tsx";
import { NumberFilter } from "../../components/number-select.tsx";
import { type Days, lastDays, lastMonth, maxDaysOf, thisMonth } from "./days.ts";
import { KINDS, type UsageSearch } from "./search.ts";
import { useUsageQuery } from "./usage-query.ts";
import { KIND } from "./words.ts";

const route = getRouteApi("/signed-in/usage");
const RANGES: readonly { readonly label: string; readonly days: (now: Date) => Days }[] = [
  { label: "7 days", days: (now) => lastDays(7, now) },
  { label: "30 days", days: (now) => lastDays(30, now) },
  { label: "This month", days: thisMonth },
  { label: "Last month", days: lastMonth },
];

export function UsageFilters() {
  const { agent, number, kind, direction } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: UsageSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <Group gap="xs" mb="md">
      <RangePicker onChange={change} />
      <AgentFilter w={150} value={agent} onChange={(id) => change({ agent: id })} />
      <NumberFilter w={180} value={number} onChange={(id) => change({ number: id })} />
      <FilterSelect
        noun="kind"
        w={130}
        options={KINDS.map((value) => ({ value, label: KIND[value].label }))}
        value={kind}
        onChange={(value) => change({ kind: value })}
      />
      <FilterSelect
        noun="direction"
        options={DIRECTION_OPTIONS}
        value={direction}
        onChange={(value) => change({ direction: value })}
      />
    </Group>
  );
}

function RangePicker({ onChange }: { readonly onChange: (days: DayRange) => void }) {
  const { from, to } = useUsageQuery();
  const { view } = route.useSearch();
  return (
    <>
      <Button.Group>
        {RANGES.map(({ label, days }) => {
          const range = days(new Date());
          const isChosen = range.from === from && range.to === to;
          return (
            <Button
              key={label}
              size="xs"
              h={36}
              px="xs"
              variant={isChosen ? "light" : "default"}
              aria-pressed={isChosen}
              onClick={() => onChange(range)}
            >
              {label}
            </Button>
          );
        })}
      </Button.Group>
      <DayRangeInput range={{ from, to }} onChange={onChange} required maxDays={maxDaysOf(view)} />
    </>
  );
}

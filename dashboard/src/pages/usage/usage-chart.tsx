import { SegmentedControl, Skeleton } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { StackedBars } from "../../components/chart.tsx";
import { formatMoney } from "../../components/money.tsx";
import { Section } from "../../components/section.tsx";
import { type Days, eachDay, MAX_REPORT_DAYS } from "./days.ts";
import { MEASURES } from "./search.ts";
import { STACKED_BY, type Stack, useStacks } from "./stacks.ts";
import type { UsageQuery } from "./usage-query.ts";
import { MEASURE } from "./words.ts";

const HEIGHT_PX = 260;
const route = getRouteApi("/signed-in/usage");
const dayFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

interface UsageChartProps {
  readonly query: UsageQuery;
  readonly currency: string | undefined;
}

export function UsageChart({ query, currency }: UsageChartProps) {
  const { measure = "count", view = "agent" } = route.useSearch();
  const stacks = useStacks(view, query, measure);
  const navigate = route.useNavigate();
  const choose = (name: string) =>
    void navigate({
      search: (before) => ({ ...before, measure: MEASURES.find((each) => each === name) }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Section
      title="By day"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="What is drawn"
          value={measure}
          onChange={choose}
          data={MEASURES.map((value) => ({ value, label: MEASURE[value] }))}
        />
      }
    >
      {stacks ? (
        <StackedBars
          label={`${MEASURE[measure]} by day and ${STACKED_BY[view]}. The tables below have the figures.`}
          height={HEIGHT_PX}
          data={pointsOf(stacks, query)}
          dataKey="day"
          allowDecimals={measure === "cost"}
          series={stacks.map(({ label, color }, index) => ({ name: seriesName(index), label, color }))}
          valueFormatter={(value) =>
            measure === "cost" && currency !== undefined
              ? formatMoney({ amount: String(value), currency })
              : value.toLocaleString()
          }
        />
      ) : (
        <Skeleton h={HEIGHT_PX} />
      )}
    </Section>
  );
}

/** A point a day, also where nothing was used. */
function pointsOf(stacks: readonly Stack[], days: Days) {
  return eachDay(days, MAX_REPORT_DAYS).map((day) => ({
    day: dayFormat.format(new Date(day)),
    ...Object.fromEntries(stacks.map(({ amounts }, index) => [seriesName(index), amounts.get(day)])),
  }));
}

/** Not its label: the chart would take a dot in that for a path. */
function seriesName(index: number): string {
  return `stack${index}`;
}

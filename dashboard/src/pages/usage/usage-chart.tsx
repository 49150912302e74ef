import { SegmentedControl, Skeleton } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { StackedBars } from "../../components/chart.tsx";
import { formatMoney } from "../../components/money.tsx";
import { NotReadAgain, ProblemAlert } from "../../components/problem-alert.tsx";
import { Section } from "../../components/section.tsx";
import { type Days, eachPeriod, type Period, periodOf } from "./days.ts";
import { MEASURES } from "./search.ts";
import { STACKED_BY, type Stack, useStacks } from "./stacks.ts";
import type { UsageQuery } from "./usage-query.ts";
import { MEASURE } from "./words.ts";

const HEIGHT_PX = 260;
const route = getRouteApi("/signed-in/usage");
const FORMAT: Record<Period, Intl.DateTimeFormat> = {
  day: new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" }),
  month: new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric", timeZone: "UTC" }),
};

interface UsageChartProps {
  readonly query: UsageQuery;
  readonly currency: string | undefined;
}

export function UsageChart({ query, currency }: UsageChartProps) {
  const { measure = "count", view = "agent" } = route.useSearch();
  const { stacks, error } = useStacks(view, query, measure);
  const navigate = route.useNavigate();
  const choose = (name: string) =>
    void navigate({
      search: (before) => ({ ...before, measure: MEASURES.find((each) => each === name) }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Section
      title={`By ${periodOf(query)}`}
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
      {stacks && <NotReadAgain error={error} />}
      {stacks ? (
        <StackedBars
          label={`${MEASURE[measure]} by ${periodOf(query)} and ${STACKED_BY[view]}. The tables below have the figures.`}
          height={HEIGHT_PX}
          data={pointsOf(stacks, query)}
          dataKey="period"
          allowDecimals={measure === "cost"}
          series={stacks.map(({ label, color }, index) => ({ name: seriesName(index), label, color }))}
          valueFormatter={(value) =>
            measure === "cost" && currency !== undefined
              ? formatMoney({ amount: String(value), currency })
              : value.toLocaleString()
          }
        />
      ) : (
        <NotDrawn error={error} />
      )}
    </Section>
  );
}

function NotDrawn({ error }: { readonly error: Error | null }) {
  return error ? <ProblemAlert error={error} /> : <Skeleton h={HEIGHT_PX} />;
}

/** A point a day, or a month, also where nothing was used. */
function pointsOf(stacks: readonly Stack[], days: Days) {
  const format = FORMAT[periodOf(days)];
  return eachPeriod(days).map((period) => ({
    period: format.format(new Date(period)),
    ...Object.fromEntries(stacks.map(({ amounts }, index) => [seriesName(index), amounts.get(period)])),
  }));
}

/** Not its label: the chart would take a dot in that for a path. */
function seriesName(index: number): string {
  return `stack${index}`;
}

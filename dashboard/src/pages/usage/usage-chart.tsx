import { SegmentedControl } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { StackedBars } from "../../components/chart.tsx";
import { formatMoney } from "../../components/money.tsx";
import { Section } from "../../components/section.tsx";
import { type Days, eachDay } from "./days.ts";
import { KINDS, MEASURES, type Measure } from "./search.ts";
import { amountOf, type UsageRow } from "./usage-query.ts";
import { KIND, MEASURE } from "./words.ts";

const HEIGHT_PX = 260;
/** As many as a report may have. */
const MAX_DAYS = 400;
const route = getRouteApi("/signed-in/usage");
const dayFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

interface UsageChartProps {
  /** By day and kind. */
  readonly rows: readonly UsageRow[];
  readonly days: Days;
}

export function UsageChart({ rows, days }: UsageChartProps) {
  const { measure = "count" } = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (name: string) =>
    void navigate({
      search: (before) => ({ ...before, measure: MEASURES.find((each) => each === name) }),
      replace: true,
      resetScroll: false,
    });
  const currency = rows.find(({ cost }) => cost !== null)?.cost?.currency;
  const kinds = KINDS.filter((kind) => rows.some((row) => row.kind === kind));
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
      <StackedBars
        label={`${MEASURE[measure]} by day and kind. The tables below have the figures.`}
        height={HEIGHT_PX}
        data={pointsOf(rows, days, measure)}
        dataKey="day"
        allowDecimals={measure === "cost"}
        series={kinds.map((name) => ({ name, label: KIND[name].label, color: KIND[name].color }))}
        valueFormatter={(value) =>
          measure === "cost" && currency !== undefined
            ? formatMoney({ amount: String(value), currency })
            : value.toLocaleString()
        }
      />
    </Section>
  );
}

/** A point a day, also where nothing was used. */
function pointsOf(rows: readonly UsageRow[], days: Days, measure: Measure) {
  const points = new Map<string, Record<string, string | number>>(
    eachDay(days, MAX_DAYS).map((day) => [day, { day: dayFormat.format(new Date(day)) }]),
  );
  for (const row of rows) {
    const point = points.get(row.day ?? "");
    if (point && row.kind !== undefined) point[row.kind] = amountOf(row, measure);
  }
  return [...points.values()];
}

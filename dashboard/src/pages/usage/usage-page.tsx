import { SimpleGrid, Stack, Tabs } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { faultOfRange } from "../../components/days.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Figure } from "../../components/figure.tsx";
import { Money } from "../../components/money.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { NotReadAgain, ProblemAlert } from "../../components/problem-alert.tsx";
import { Breakdown } from "./breakdown.tsx";
import { ComparisonTab } from "./comparison-tab.tsx";
import { maxDaysOf, periodOf } from "./days.ts";
import { ExportMenu } from "./export-menu.tsx";
import { VIEWS } from "./search.ts";
import { UsageChart } from "./usage-chart.tsx";
import { UsageFilters } from "./usage-filters.tsx";
import { type UsageQuery, type UsageSum, useReport, useUsageQuery } from "./usage-query.ts";

const route = getRouteApi("/signed-in/usage");
const LABEL = {
  agent: "By agent",
  number: "By number",
  kind: "By kind",
  day: "By day",
  month: "By month",
  twilio: "Compared with Twilio",
} as const;

export function UsagePage() {
  const { view = "agent" } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useUsageQuery();
  // Where it cannot, the days themselves say why.
  const canBeAsked = faultOfRange(query, maxDaysOf(view)) === undefined;
  const choose = (name: string | null) =>
    void navigate({
      search: (before) => ({ ...before, view: VIEWS.find((each) => each === name) }),
      replace: true,
      resetScroll: false,
    });
  return (
    <div className="page">
      <PageHeader
        title="Usage"
        description="What your numbers used, and what it costs. Days are UTC."
        actions={<ExportMenu query={query} />}
      />
      <UsageFilters />
      <Stack gap="md">
        {canBeAsked && <Sum query={query} />}
        <Tabs value={view} onChange={choose} keepMounted={false}>
          <Tabs.List mb="md">
            {VIEWS.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {LABEL[name === "day" ? periodOf(query) : name]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={view}>
            {canBeAsked && view === "twilio" && <ComparisonTab days={query} />}
            {canBeAsked && view !== "twilio" && <Breakdown view={view} query={query} />}
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </div>
  );
}

function Sum({ query }: { readonly query: UsageQuery }) {
  const { data, error, isPending } = useReport(query, `${periodOf(query)},kind`);
  if (isPending) return <PageLoading />;
  if (!data) return <ProblemAlert error={error} />;
  if (data.totals.count === 0) return <NothingUsed />;
  return (
    <>
      <NotReadAgain error={error} />
      <Totals totals={data.totals} />
      <UsageChart query={query} currency={data.totals.cost?.currency} />
    </>
  );
}

function NothingUsed() {
  return (
    <EmptyState icon={IconChartBar} title="Nothing was used in these days">
      Choose other days above, or less of a filter. Calls and messages are counted when they end.
    </EmptyState>
  );
}

function Totals({ totals }: { readonly totals: UsageSum }) {
  const { count, minutes, segments, cost, unratedCount, twilioPrice } = totals;
  const without =
    unratedCount > 0 ? `without ${unratedCount.toLocaleString()} that have no rate` : "at your rates";
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="sm">
      <Figure label="Cost" detail={without}>
        <Money value={cost} />
      </Figure>
      <Figure label="Twilio’s price" detail="as far as it has told">
        {twilioPrice.length === 0 && "–"}
        {twilioPrice.map((price) => (
          <div key={price.currency}>
            <Money value={price} />
          </div>
        ))}
      </Figure>
      <Figure label="Calls and messages">{count.toLocaleString()}</Figure>
      <Figure label="Minutes" detail="each leg rounded up">
        {minutes.toLocaleString()}
      </Figure>
      <Figure label="Segments">{segments.toLocaleString()}</Figure>
    </SimpleGrid>
  );
}

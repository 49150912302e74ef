import { Anchor, Paper, Progress, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useAgentName } from "../../api/numbers.ts";
import { Money } from "../../components/money.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { type Column, VirtualTable } from "../../components/virtual-table.tsx";
import { type Period, periodOf } from "./days.ts";
import type { Measure, View } from "./search.ts";
import { amountOf, type UsageQuery, type UsageRow, useReport } from "./usage-query.ts";
import { KIND } from "./words.ts";

type Group = Exclude<View, "twilio"> | Period;

const route = getRouteApi("/signed-in/usage");
const HEADER: Record<Group, string> = {
  agent: "Agent",
  number: "Number",
  kind: "Kind",
  day: "Day",
  month: "Month",
};

/** Who or what used it, the most first; days or months in their order, the newest first. */
export function Breakdown({
  view: chosen,
  query,
}: {
  readonly view: Exclude<View, "twilio">;
  readonly query: UsageQuery;
}) {
  const { measure = "count" } = route.useSearch();
  const view = chosen === "day" ? periodOf(query) : chosen;
  const { data, error, isPending } = useReport(query, view);
  const rows = sorted(data?.rows ?? [], view, measure);
  const most = Math.max(0, ...rows.map((row) => amountOf(row, measure)));
  if (data && rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing was used.
      </Text>
    );
  }
  return (
    <>
      <ProblemAlert error={error} />
      <Paper style={{ overflow: "hidden" }}>
        <VirtualTable
          label={`Usage by ${view}`}
          columns={columnsFor(view, (row) => (most === 0 ? 0 : amountOf(row, measure) / most))}
          rows={rows}
          rowKey={(row) => String(keyOf(row, view))}
          hasMore={false}
          isLoading={isPending}
          loadMore={() => {}}
          height="60vh"
        />
      </Paper>
      {data?.nextCursor && (
        <Text size="sm" c="dimmed" mt="xs">
          There is more than a page can show. The export has all of it.
        </Text>
      )}
    </>
  );
}

function sorted(rows: readonly UsageRow[], view: Group, measure: Measure): readonly UsageRow[] {
  if (view === "day" || view === "month") return rows.toReversed();
  return rows.toSorted(
    (one, other) => amountOf(other, measure) - amountOf(one, measure) || other.count - one.count,
  );
}

function keyOf({ chatbotId, phoneNumberId, kind, day, month }: UsageRow, view: Group) {
  return { agent: chatbotId, number: phoneNumberId, kind, day, month }[view];
}

function columnsFor(view: Group, shareOf: (row: UsageRow) => number): readonly Column<UsageRow>[] {
  return [
    {
      key: "what",
      header: HEADER[view],
      cell: (row) => (
        <div>
          <Subject row={row} view={view} />
          <Progress value={shareOf(row) * 100} size={4} mt={4} maw={280} aria-hidden />
        </div>
      ),
    },
    { key: "count", header: "Count", width: 90, cell: ({ count }) => <Count value={count} /> },
    {
      key: "minutes",
      header: "Minutes",
      width: 100,
      visibleFrom: "sm",
      cell: ({ minutes }) => <Count value={minutes} />,
    },
    {
      key: "segments",
      header: "Segments",
      width: 100,
      visibleFrom: "md",
      cell: ({ segments }) => <Count value={segments} />,
    },
    { key: "cost", header: "Cost", width: 110, cell: ({ cost }) => <Money value={cost} /> },
    {
      key: "price",
      header: "Twilio’s price",
      width: 130,
      visibleFrom: "md",
      cell: ({ twilioPrice: [price = null] }) => <Money value={price} />,
    },
  ];
}

function Count({ value }: { readonly value: number }) {
  return <span className="number">{value.toLocaleString()}</span>;
}

/** What a row is about; it leads to its calls and messages. */
function Subject({ row, view }: { readonly row: UsageRow; readonly view: Group }) {
  const agentName = useAgentName();
  if (view === "kind") return <Text size="sm">{row.kind === undefined ? "" : KIND[row.kind].label}</Text>;
  if (view === "day" || view === "month") return <span className="number">{row[view]}</span>;
  if (view === "number") return <NumberSubject id={row.phoneNumberId ?? ""} e164={row.phoneNumber} />;
  const { chatbotId: agent } = row;
  if (agent === null || agent === undefined) {
    return (
      <Text size="sm" c="dimmed">
        No agent
      </Text>
    );
  }
  return (
    <Anchor
      size="sm"
      underline="hover"
      c="var(--mantine-color-text)"
      renderRoot={(props) => <Link to="/activity" search={{ agent }} {...props} />}
    >
      {agentName(agent)}
    </Anchor>
  );
}

function NumberSubject({ id, e164 }: { readonly id: string; readonly e164: string | undefined }) {
  return (
    <Anchor
      size="sm"
      underline="hover"
      c="var(--mantine-color-text)"
      renderRoot={(props) => <Link to="/numbers/$id" params={{ id }} {...props} />}
    >
      <PhoneNumber e164={e164 ?? id} />
    </Anchor>
  );
}

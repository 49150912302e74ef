import { Button, Paper } from "@mantine/core";
import { IconPhonePlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { whenReachable } from "../../api/connection.ts";
import { useAgentName } from "../../api/numbers.ts";
import { useCursorList } from "../../api/paging.ts";
import { REFRESH_SLOWLY_MS } from "../../api/query-client.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Opening } from "../../components/opening.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { VirtualTable } from "../../components/virtual-table.tsx";
import { HealthFilter } from "./health-filter.tsx";
import { ImportButton } from "./import-button.tsx";
import { numberColumns } from "./number-columns.tsx";
import { NumberFilters } from "./number-filters.tsx";
import type { NumbersSearch } from "./search.ts";
import { useNumberSelection } from "./selection.ts";
import { SelectionBar } from "./selection-bar.tsx";

const PAGE = 200;
const route = getRouteApi("/signed-in/numbers");
// Loaded by those who open it: with the schemas that it checks with, it is larger than the page.
const AssignDrawer = lazy(async () => ({
  default: (await whenReachable(() => import("../../assigning/assign-drawer.tsx"))).AssignDrawer,
}));

export function NumbersPage() {
  const search = route.useSearch();
  const [assigned, setAssigned] = useState<Schemas["PhoneNumber"]>();
  const { data: counts, isError: areUncounted } = useNumberCounts(search);
  const list = useNumberList(search);
  const { selection, select, toggle } = useNumberSelection(search, list.rows);
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  const agentName = useAgentName();
  const columns = useMemo(
    () => numberColumns({ selection, select, toggle, assign: setAssigned, agentName }),
    [selection, select, toggle, agentName],
  );
  return (
    <div className="page">
      <PageHeader
        title="Numbers"
        description={
          counts ? describeTotal(counts) : areUncounted ? "They could not be counted" : "Counting …"
        }
        actions={<ImportButton />}
      />
      <ProblemAlert error={list.error} />
      <HealthFilter counts={counts} />
      <NumberFilters />
      {list.isEmpty && !isFiltered && <NoNumbers />}
      {list.isEmpty && isFiltered && (
        <EmptyState
          icon={IconPhonePlus}
          title="No number is like that"
          action={<Button renderRoot={(props) => <Link to="/numbers" {...props} />}>Show all numbers</Button>}
        >
          None of your numbers fits what was searched for.
        </EmptyState>
      )}
      {!list.isEmpty && (
        <Paper style={{ overflow: "hidden" }}>
          <VirtualTable label="Numbers" columns={columns} rowKey={({ id }) => id} {...list} />
        </Paper>
      )}
      <SelectionBar
        selection={selection}
        select={select}
        listed={counts && listedCount(counts, search)}
        search={search}
      />
      <Suspense fallback={<Opening />}>
        {assigned && <AssignDrawer number={assigned} onClose={() => setAssigned(undefined)} />}
      </Suspense>
    </div>
  );
}

function NoNumbers() {
  return (
    <EmptyState
      icon={IconPhonePlus}
      title="No numbers yet"
      action={<Button renderRoot={(props) => <Link to="/start" {...props} />}>Begin</Button>}
    >
      Connect a Twilio account and import its numbers. Nothing changes in Twilio until you assign one.
    </EmptyState>
  );
}

function useNumberList(search: NumbersSearch) {
  return useCursorList({
    queryKey: ["phone-numbers", "list", search],
    fetchPage: (cursor, signal) => {
      const query = { ...filterOf(search), ...healthOf(search), ...(cursor ? { cursor } : {}), limit: PAGE };
      return dataOf(api.GET("/api/phone-numbers", { params: { query }, signal }));
    },
    rowsOf: ({ phoneNumbers }) => phoneNumbers,
  });
}

function useNumberCounts(search: NumbersSearch) {
  const filter = filterOf(search);
  return useQuery({
    queryKey: ["phone-numbers", "counts", filter],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/phone-number-counts", { params: { query: filter }, signal })),
    refetchInterval: REFRESH_SLOWLY_MS,
  });
}

function filterOf({ search, agent, account, verdict }: NumbersSearch) {
  return {
    ...(search === undefined ? {} : { search }),
    ...(agent === undefined ? {} : { chatbotId: agent }),
    ...(account === undefined ? {} : { accountId: account }),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

function healthOf({ health }: NumbersSearch) {
  return health === undefined ? {} : { health };
}

/** How many numbers the list has, in words such as “1,204”. */
function listedCount({ total, byHealth, hasMore }: Schemas["PhoneNumberCounts"], { health }: NumbersSearch) {
  const count = (health === undefined ? total : (byHealth[health] ?? 0)).toLocaleString();
  return hasMore ? `more than ${count}` : count;
}

function describeTotal({ total, hasMore }: Schemas["PhoneNumberCounts"]): string {
  const count = total.toLocaleString();
  return hasMore ? `More than ${count} numbers` : total === 1 ? "One number" : `${count} numbers`;
}

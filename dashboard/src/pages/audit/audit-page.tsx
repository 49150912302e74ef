import { Button, Paper } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { useCursorList } from "../../api/paging.ts";
import { faultOfRange, momentsOf } from "../../components/days.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { VirtualTable } from "../../components/virtual-table.tsx";
import { auditColumns } from "./audit-columns.tsx";
import { AuditFilters } from "./audit-filters.tsx";
import { EntryDrawer } from "./entry-drawer.tsx";
import type { AuditSearch } from "./search.ts";
import { VerifyChain } from "./verify-chain.tsx";

const PAGE = 100;
const route = getRouteApi("/signed-in/audit");

export function AuditPage() {
  const { entry, ...filter } = route.useSearch();
  // Where it cannot, the days themselves say why.
  const canBeAsked = faultOfRange(filter) === undefined;
  return (
    <div className="page">
      <PageHeader
        title="Audit"
        description="Who changed what, and what came of it. Each entry seals the one before it."
      />
      <VerifyChain />
      <AuditFilters />
      {canBeAsked && <Entries filter={filter} />}
      {entry !== undefined && <EntryDrawer seq={entry} />}
    </div>
  );
}

type Filter = Omit<AuditSearch, "entry">;

function Entries({ filter }: { readonly filter: Filter }) {
  const list = useAudit(filter);
  return (
    <>
      <ProblemAlert error={list.error} />
      {list.isEmpty ? (
        <NothingYet isFiltered={Object.values(filter).some((value) => value !== undefined)} />
      ) : (
        <Paper style={{ overflow: "hidden" }}>
          <VirtualTable label="Audit entries" columns={auditColumns} rowKey={({ id }) => id} {...list} />
        </Paper>
      )}
    </>
  );
}

function useAudit({ target, action, outcome, actor, from, to }: Filter) {
  const filter = {
    ...(target === undefined ? {} : { targetId: target }),
    ...(action === undefined ? {} : { action }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(actor === undefined ? {} : { actorId: actor }),
    ...momentsOf({ from, to }),
  };
  return useCursorList({
    queryKey: ["audit", "list", filter],
    fetchPage: (cursor, signal) => {
      const query = { ...filter, limit: PAGE, ...(cursor ? { cursor: Number(cursor) } : {}) };
      return dataOf(api.GET("/api/audit", { params: { query }, signal }));
    },
    rowsOf: ({ entries }) => entries,
  });
}

function NothingYet({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState
        icon={IconHistory}
        title="No entry is like that"
        action={<Button renderRoot={(props) => <Link to="/audit" {...props} />}>Show all entries</Button>}
      >
        Ids have to be whole; days are those of your time zone.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={IconHistory}
      title="Nothing has been changed yet"
      action={<Button renderRoot={(props) => <Link to="/start" {...props} />}>Begin</Button>}
    >
      Whatever somebody changes, by this dashboard or by the API, is written down here and stays.
    </EmptyState>
  );
}

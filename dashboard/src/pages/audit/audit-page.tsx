import { Button, Paper, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconHistory, IconSearch } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { useCursorList } from "../../api/paging.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { VirtualTable } from "../../components/virtual-table.tsx";
import { auditColumns } from "./audit-columns.tsx";
import { EntryDrawer } from "./entry-drawer.tsx";
import { VerifyChain } from "./verify-chain.tsx";

const PAGE = 100;
const TYPING_MS = 300;
const route = getRouteApi("/signed-in/audit");

export function AuditPage() {
  const { target, entry } = route.useSearch();
  const list = useAudit(target);
  return (
    <div className="page">
      <PageHeader
        title="Audit"
        description="Who changed what, and what came of it. Each entry seals the one before it."
      />
      <VerifyChain />
      <TargetFilter key={target} target={target ?? ""} />
      <ProblemAlert error={list.error} />
      {list.isEmpty ? (
        <NothingYet isFiltered={target !== undefined} />
      ) : (
        <Paper style={{ overflow: "hidden" }}>
          <VirtualTable
            label="Audit entries"
            columns={auditColumns}
            rows={list.rows}
            rowKey={({ id }) => id}
            hasMore={list.hasMore}
            isLoading={list.isLoading}
            loadMore={list.loadMore}
          />
        </Paper>
      )}
      {entry !== undefined && <EntryDrawer seq={entry} />}
    </div>
  );
}

function useAudit(targetId: string | undefined) {
  return useCursorList({
    queryKey: ["audit", "list", targetId],
    fetchPage: (cursor, signal) => {
      const query = {
        limit: PAGE,
        ...(targetId === undefined ? {} : { targetId }),
        ...(cursor ? { cursor: Number(cursor) } : {}),
      };
      return dataOf(api.GET("/api/audit", { params: { query }, signal }));
    },
    rowsOf: ({ entries }) => entries,
  });
}

function TargetFilter({ target }: { readonly target: string }) {
  const navigate = route.useNavigate();
  const [text, setText] = useState(target);
  const report = useDebouncedCallback((typed: string) => {
    const wanted = typed.trim() || undefined;
    void navigate({ search: (before) => ({ ...before, target: wanted }), replace: true });
  }, TYPING_MS);
  return (
    <TextInput
      type="search"
      aria-label="Of what"
      placeholder="The id of a number, an agent, an account …"
      mb="md"
      maw={420}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        report(currentTarget.value);
      }}
    />
  );
}

function NothingYet({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState
        icon={IconHistory}
        title="Nothing was done to it"
        action={<Button renderRoot={(props) => <Link to="/audit" {...props} />}>Show all entries</Button>}
      >
        No entry is about exactly this id.
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

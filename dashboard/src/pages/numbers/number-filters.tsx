import { Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { accountsQuery } from "../../api/numbers.ts";
import { AgentFilter } from "../../components/agent-select.tsx";
import { VerdictSelect } from "../../components/verdict-select.tsx";
import type { NumbersSearch } from "./search.ts";

const TYPING_MS = 250;
const route = getRouteApi("/signed-in/numbers");

export function NumberFilters() {
  const { agent, account, search = "", verdict } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: accounts = [] } = useQuery(accountsQuery);
  const change = (changed: NumbersSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <Group gap="xs" mb="md" className="strip">
      <SearchInput search={search} onSearch={(text) => change({ search: text })} />
      <AgentFilter value={agent} onChange={(id) => change({ agent: id })} />
      {accounts.length > 1 && (
        <Select
          aria-label="Twilio account"
          placeholder="Any account"
          clearable
          clearButtonProps={{ "aria-label": "Any account" }}
          data={accounts.map(({ id, friendlyName }) => ({ value: id, label: friendlyName }))}
          value={account ?? null}
          onChange={(id) => change({ account: id ?? undefined })}
        />
      )}
      <VerdictSelect value={verdict} onChange={(chosen) => change({ verdict: chosen })} />
    </Group>
  );
}

interface SearchInputProps {
  readonly search: string;
  readonly onSearch: (text: string | undefined) => void;
}

function SearchInput({ search, onSearch }: SearchInputProps) {
  const [text, setText] = useState(search);
  const typed = useRef(search);
  const report = useDebouncedCallback((changed: string) => {
    typed.current = changed.trim();
    onSearch(typed.current || undefined);
  }, TYPING_MS);
  useEffect(() => {
    // Somebody went back, or to another address.
    if (search !== typed.current) setText(search);
    typed.current = search;
  }, [search]);
  return (
    <TextInput
      aria-label="Search numbers"
      placeholder="Search by number or name"
      type="search"
      flex="1 0 220px"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        report(currentTarget.value);
      }}
    />
  );
}

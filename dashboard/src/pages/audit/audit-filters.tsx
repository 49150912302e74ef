import { Group, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { actionLabel } from "../../components/action-label.ts";
import { DayRangeInput } from "../../components/day-range.tsx";
import { FilterSelect } from "../../components/filter-select.tsx";
import { OUTCOME_OPTIONS } from "../../components/outcome-badge.tsx";
import { ACTIONS } from "./actions.ts";
import type { AuditSearch } from "./search.ts";
import { useActors } from "./use-actors.ts";

const TYPING_MS = 300;
const route = getRouteApi("/signed-in/audit");
const ACTION_OPTIONS = ACTIONS.map((value) => ({ value, label: actionLabel(value) }));

export function AuditFilters() {
  const { target, action, outcome, actor, from, to } = route.useSearch();
  const actors = useActors(actor);
  const navigate = route.useNavigate();
  const change = (changed: AuditSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <Group gap="xs" mb="md">
      <TargetInput key={target} target={target ?? ""} onSearch={(id) => change({ target: id })} />
      <FilterSelect
        noun="action"
        searchable
        w={210}
        options={ACTION_OPTIONS}
        value={action}
        onChange={(value) => change({ action: value })}
      />
      <FilterSelect
        noun="actor"
        searchable
        w={180}
        options={actors}
        value={actor}
        onChange={(value) => change({ actor: value })}
      />
      <FilterSelect
        noun="outcome"
        options={OUTCOME_OPTIONS}
        value={outcome}
        onChange={(value) => change({ outcome: value })}
      />
      <DayRangeInput range={{ from, to }} onChange={change} />
    </Group>
  );
}

interface TargetInputProps {
  readonly target: string;
  readonly onSearch: (target: string | undefined) => void;
}

function TargetInput({ target, onSearch }: TargetInputProps) {
  const [text, setText] = useState(target);
  const report = useDebouncedCallback((typed: string) => onSearch(typed.trim() || undefined), TYPING_MS);
  return (
    <TextInput
      type="search"
      aria-label="Of what"
      placeholder="The id of a number, an agent, an account …"
      flex="1 1 260px"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        report(currentTarget.value);
      }}
    />
  );
}

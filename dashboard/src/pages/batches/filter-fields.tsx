import { Select, SimpleGrid, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { accountsQuery } from "../../api/numbers.ts";
import { AgentSelect } from "../../components/agent-select.tsx";
import { HEALTH, isHealth } from "../../components/health.ts";
import { VerdictSelect } from "../../components/verdict-select.tsx";
import type { Filter } from "./plan-draft.ts";

const HEALTHS = Object.entries(HEALTH).map(([value, { label }]) => ({ value, label }));

interface FilterFieldsProps {
  readonly filter: Filter;
  readonly searchError: ReactNode;
  readonly onChange: (filter: Filter) => void;
}

/** Which numbers: all that is filled in has to hold. */
export function FilterFields({ filter, searchError, onChange }: FilterFieldsProps) {
  const { search, chatbotId, accountId, health, verdict } = filter;
  const { data: accounts = [] } = useQuery(accountsQuery);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput
        label="Number or name contains"
        error={searchError}
        value={search}
        onChange={({ currentTarget }) => onChange({ ...filter, search: currentTarget.value })}
      />
      <AgentSelect
        label="Agent"
        placeholder="Any agent"
        clearable
        value={chatbotId}
        onChange={(id) => onChange({ ...filter, chatbotId: id })}
      />
      <Select
        label="Twilio account"
        placeholder="Any account"
        clearable
        clearButtonProps={{ "aria-label": "Any account" }}
        data={accounts.map(({ id, friendlyName }) => ({ value: id, label: friendlyName }))}
        value={accountId ?? null}
        onChange={(id) => onChange({ ...filter, accountId: id ?? undefined })}
      />
      <Select
        label="Health"
        placeholder="Any health"
        clearable
        clearButtonProps={{ "aria-label": "Any health" }}
        data={HEALTHS}
        value={health ?? null}
        onChange={(value) => onChange({ ...filter, health: isHealth(value) ? value : undefined })}
      />
      <VerdictSelect
        label="Who answers"
        value={verdict}
        onChange={(chosen) => onChange({ ...filter, verdict: chosen })}
      />
    </SimpleGrid>
  );
}

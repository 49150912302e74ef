import { Radio, Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { accountsQuery } from "../../api/numbers.ts";
import { NumberSelect } from "../../components/number-select.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { RuleForm } from "../../drift-rules/rule-form.tsx";
import { RuleList } from "../../drift-rules/rule-list.tsx";
import { rulesQuery } from "../../drift-rules/rules.ts";
import { Section } from "./section.tsx";

const SCOPES = [
  { value: "all", label: "All numbers" },
  { value: "account", label: "The numbers in one account" },
  { value: "number", label: "One number" },
] as const;

type Scope = (typeof SCOPES)[number]["value"];

export function DriftTab() {
  const { data, error } = useQuery(rulesQuery());
  if (error) return <ProblemAlert error={error} />;
  if (!data) return <PageLoading />;
  return (
    <Section
      title="When Twilio holds something else than what we want"
      description="The most specific rule holds: of a number before its account’s before all; of a class of fields before all classes. From the next sweep on."
    >
      <Stack>
        <RuleList found={data} />
        <NewRule />
      </Stack>
    </Section>
  );
}

function NewRule() {
  const { data: accounts = [] } = useQuery(accountsQuery);
  const [scope, setScope] = useState<Scope>("all");
  const [chosenAccount, setAccount] = useState<string>();
  const [phoneNumberId, setNumber] = useState<string>();
  const accountId = chosenAccount ?? accounts[0]?.id;
  return (
    <RuleForm about={aboutOf()}>
      {(mistake) => (
        <>
          <Radio.Group
            label="A rule for"
            value={scope}
            onChange={(value) => setScope(SCOPES.find((known) => known.value === value)?.value ?? scope)}
          >
            <Stack gap="xs" mt="xs">
              {SCOPES.map(({ value, label }) => (
                <Radio key={value} value={value} label={label} disabled={isEmpty(value)} />
              ))}
            </Stack>
          </Radio.Group>
          {scope === "account" && (
            <Select
              label="Twilio account"
              allowDeselect={false}
              data={accounts.map(({ id, friendlyName }) => ({ value: id, label: friendlyName }))}
              value={accountId ?? null}
              onChange={(id) => setAccount(id ?? undefined)}
            />
          )}
          {scope === "number" && (
            <NumberSelect label="Number" error={mistake} value={phoneNumberId} onChange={setNumber} />
          )}
        </>
      )}
    </RuleForm>
  );

  function isEmpty(value: Scope): boolean {
    return value === "account" && accounts.length === 0;
  }

  function aboutOf() {
    if (scope === "account" && accountId !== undefined) return { accountId };
    if (scope !== "number") return {};
    return phoneNumberId === undefined ? undefined : { phoneNumberId };
  }
}

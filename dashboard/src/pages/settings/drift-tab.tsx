import { Radio, Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { accountsQuery } from "../../api/numbers.ts";
import { AdminsOnly } from "../../components/admins-only.tsx";
import { NumberSelect } from "../../components/number-select.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { NotReadAgain, ProblemAlert } from "../../components/problem-alert.tsx";
import { NEW_RULE, type RuleDraft } from "../../drift-rules/rule-draft.ts";
import { RuleForm } from "../../drift-rules/rule-form.tsx";
import { RuleList } from "../../drift-rules/rule-list.tsx";
import { rulesQuery } from "../../drift-rules/rules.ts";
import type { RequestForm } from "../../forms/use-request-form.ts";
import { Section } from "./section.tsx";

const SCOPES = [
  { value: "all", label: "All numbers" },
  { value: "account", label: "The numbers in one account" },
  { value: "number", label: "One number" },
] as const;

export function DriftTab() {
  const { data, error } = useQuery(rulesQuery());
  if (!data) return error ? <ProblemAlert error={error} /> : <PageLoading />;
  return (
    <Section
      title="When Twilio holds something else than what we want"
      description="The most specific rule holds: of a number before its account’s before all; of a class of fields before all classes. From the next sweep on."
    >
      <Stack>
        <NotReadAgain error={error} />
        <RuleList found={data} />
        <AdminsOnly may="set rules">
          <RuleForm initialValues={NEW_RULE}>{(form) => <ScopeFields form={form} />}</RuleForm>
        </AdminsOnly>
      </Stack>
    </Section>
  );
}

function ScopeFields({ form }: { readonly form: RequestForm<RuleDraft> }) {
  const { data: accounts = [] } = useQuery(accountsQuery);
  const { scope, phoneNumberId } = form.values;
  const number = form.getInputProps("phoneNumberId");
  return (
    <>
      <Radio.Group label="A rule for" {...form.getInputProps("scope")}>
        <Stack gap="xs" mt="xs">
          {SCOPES.map(({ value, label }) => (
            <Radio
              key={value}
              value={value}
              label={label}
              disabled={value === "account" && accounts.length === 0}
            />
          ))}
        </Stack>
      </Radio.Group>
      {scope === "account" && (
        <Select
          label="Twilio account"
          placeholder="Which one"
          allowDeselect={false}
          data={accounts.map(({ id, friendlyName }) => ({ value: id, label: friendlyName }))}
          {...form.getInputProps("accountId")}
        />
      )}
      {scope === "number" && (
        <NumberSelect
          label="Number"
          {...number}
          value={phoneNumberId === "" ? undefined : phoneNumberId}
          onChange={(id = "") => form.setValues({ phoneNumberId: id })}
        />
      )}
    </>
  );
}

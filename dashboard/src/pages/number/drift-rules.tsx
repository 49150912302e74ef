import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { AdminsOnly } from "../../components/admins-only.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Section } from "../../components/section.tsx";
import { NEW_RULE } from "../../drift-rules/rule-draft.ts";
import { RuleForm } from "../../drift-rules/rule-form.tsx";
import { RuleList } from "../../drift-rules/rule-list.tsx";
import { rulesQuery } from "../../drift-rules/rules.ts";

/** What is to be done when Twilio holds something else for this number; its own rules come before all others. */
export function DriftRules({ phoneNumberId }: { readonly phoneNumberId: string }) {
  const { data, error } = useQuery(rulesQuery(phoneNumberId));
  return (
    <Section title="When they differ">
      <Stack gap="sm">
        <ProblemAlert error={error} />
        {!data && !error && <PageLoading />}
        {data && <RuleList found={data} />}
        <AdminsOnly may="set rules">
          <RuleForm initialValues={{ ...NEW_RULE, scope: "number", phoneNumberId }} />
        </AdminsOnly>
      </Stack>
    </Section>
  );
}

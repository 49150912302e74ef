import { Button, Select, SimpleGrid, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemAlert } from "../components/problem-alert.tsx";
import { type RequestForm, useRequestForm } from "../forms/use-request-form.ts";
import { type RuleDraft, ruleFieldOf, ruleFrom } from "./rule-draft.ts";
import { CLASSES, POLICIES, useSetRule } from "./rules.ts";

interface RuleFormProps {
  readonly initialValues: RuleDraft;
  /** How one chooses what the rule is about, where that is not given. */
  readonly children?: (form: RequestForm<RuleDraft>) => ReactNode;
}

export function RuleForm({ initialValues, children }: RuleFormProps) {
  const form = useRequestForm({
    request: "setDriftPolicies",
    initialValues,
    bodyOf: (draft) => ({ policies: [ruleFrom(draft)] }),
    fieldOf: ruleFieldOf,
  });
  const setting = useSetRule(form.showProblem);
  return (
    <form noValidate onSubmit={form.onSubmit((draft) => setting.mutate(ruleFrom(draft)))}>
      <Stack>
        {children?.(form)}
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label="Fields"
            placeholder="All of them"
            clearable
            clearButtonProps={{ "aria-label": "All fields" }}
            data={[...CLASSES]}
            {...form.getInputProps("fieldClass")}
          />
          <Select
            label="What is done"
            data={[...POLICIES]}
            allowDeselect={false}
            {...form.getInputProps("policy")}
          />
        </SimpleGrid>
        <ProblemAlert error={setting.error} />
        <div>
          <Button type="submit" loading={setting.isPending}>
            Set the rule
          </Button>
        </div>
      </Stack>
    </form>
  );
}

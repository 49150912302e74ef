import { Button, Group, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { accountsQuery } from "../../api/numbers.ts";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Section } from "./section.tsx";

type Rule = Schemas["DriftPolicy"];
type SetRule = Schemas["SetDriftPolicy"];
type Policy = Rule["policy"];

const POLICIES: readonly { readonly value: Policy; readonly label: string }[] = [
  { value: "observe", label: "Observe: it is listed" },
  { value: "alert", label: "Alert: and an alert is raised" },
  { value: "heal", label: "Heal: what is wanted is written again" },
  { value: "ignore", label: "Ignore: neither listed nor held against its health" },
];
const CLASSES = [
  { value: "voice", label: "Calls" },
  { value: "sms", label: "SMS" },
  { value: "whatsapp", label: "WhatsApp" },
  { value: "status", label: "Status callbacks" },
  { value: "presence", label: "Whether it is there" },
] as const;
const QUERY_KEY = ["drift", "policies"];

export function DriftTab() {
  const { data, error } = useQuery({
    queryKey: QUERY_KEY,
    queryFn: () => dataOf(api.GET("/api/drift/policies", { params: { query: { limit: 200 } } })),
  });
  const setting = useSetting();
  if (error) return <ProblemAlert error={error} />;
  if (!data) return <PageLoading />;
  return (
    <Section
      title="When Twilio holds something else than what we want"
      description="The most specific rule holds: of a number before its account’s before all; of a class of fields before all classes. From the next sweep on."
    >
      <Stack>
        <Text size="sm">Where there is no rule: {labelOf(data.default)}.</Text>
        {data.policies.map((rule) => (
          <Group key={nameOf(rule)} justify="space-between">
            <Text size="sm">
              <AboutRule rule={rule} />: {labelOf(rule.policy)}
            </Text>
            <Button
              size="xs"
              variant="default"
              onClick={() => setting.mutate({ ...aboutOf(rule), policy: null })}
            >
              Remove
            </Button>
          </Group>
        ))}
        <NewRule set={setting.mutate} isPending={setting.isPending} />
        <ProblemAlert error={setting.error} />
      </Stack>
    </Section>
  );
}

function useSetting() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rule: SetRule) => dataOf(api.PUT("/api/drift/policies", { body: { policies: [rule] } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["drift"] }),
  });
}

interface NewRuleProps {
  readonly set: (rule: SetRule) => void;
  readonly isPending: boolean;
}

function NewRule({ set, isPending }: NewRuleProps) {
  const { data: accounts = [] } = useQuery(accountsQuery);
  const [rule, setRule] = useState<SetRule>({ policy: "alert" });
  const change = ({ accountId, fieldClass, policy }: Partial<Record<keyof SetRule, string | null>>) =>
    setRule((before) => ({
      ...before,
      ...(accountId === undefined ? {} : { accountId: accountId ?? undefined }),
      ...(fieldClass === undefined
        ? {}
        : { fieldClass: CLASSES.find(({ value }) => value === fieldClass)?.value }),
      ...(policy === undefined
        ? {}
        : { policy: POLICIES.find(({ value }) => value === policy)?.value ?? null }),
    }));
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Select
          label="Of the numbers in"
          placeholder="All accounts"
          clearable
          clearButtonProps={{ "aria-label": "All accounts" }}
          data={accounts.map(({ id, friendlyName }) => ({ value: id, label: friendlyName }))}
          value={rule.accountId ?? null}
          onChange={(accountId) => change({ accountId })}
        />
        <Select
          label="Fields"
          placeholder="All of them"
          clearable
          clearButtonProps={{ "aria-label": "All fields" }}
          data={[...CLASSES]}
          value={rule.fieldClass ?? null}
          onChange={(fieldClass) => change({ fieldClass })}
        />
        <Select
          label="What is done"
          data={[...POLICIES]}
          allowDeselect={false}
          value={rule.policy}
          onChange={(policy) => change({ policy })}
        />
      </SimpleGrid>
      <div>
        <Button loading={isPending} onClick={() => set(rule)}>
          Set the rule
        </Button>
      </div>
    </>
  );
}

function AboutRule({ rule: { accountId, phoneNumberId, fieldClass } }: { readonly rule: Rule }) {
  const { data: accounts = [] } = useQuery(accountsQuery);
  const fields = CLASSES.find(({ value }) => value === fieldClass)?.label ?? "All fields";
  const account = accounts.find(({ id }) => id === accountId)?.friendlyName ?? accountId;
  if (phoneNumberId !== null) return `${fields} of ${phoneNumberId}`;
  return accountId === null ? `${fields} of all numbers` : `${fields} of the numbers in ${account}`;
}

function aboutOf({ accountId, phoneNumberId, fieldClass }: Rule): Omit<SetRule, "policy"> {
  return {
    ...(accountId === null ? {} : { accountId }),
    ...(phoneNumberId === null ? {} : { phoneNumberId }),
    ...(fieldClass === null ? {} : { fieldClass }),
  };
}

function nameOf({ scope, accountId, phoneNumberId, fieldClass }: Rule): string {
  return [scope, accountId, phoneNumberId, fieldClass].join(" ");
}

function labelOf(policy: Policy): string {
  return POLICIES.find(({ value }) => value === policy)?.label ?? policy;
}

import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { accountsQuery, numberQuery } from "../../api/numbers.ts";
import { PageLoading } from "../../components/page-loading.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { CLASSES, labelOf } from "./drift-words.ts";
import { NewDriftRule } from "./new-drift-rule.tsx";
import { Section } from "./section.tsx";

type Rule = Schemas["DriftPolicy"];
type SetRule = Schemas["SetDriftPolicy"];

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
        <NewDriftRule set={setting.mutate} isPending={setting.isPending} />
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

function AboutRule({ rule: { accountId, phoneNumberId, fieldClass } }: { readonly rule: Rule }) {
  const { data: accounts = [] } = useQuery(accountsQuery);
  const { data: number } = useQuery({ ...numberQuery(phoneNumberId ?? ""), enabled: phoneNumberId !== null });
  const fields = CLASSES.find(({ value }) => value === fieldClass)?.label ?? "All fields";
  const account = accounts.find(({ id }) => id === accountId)?.friendlyName ?? accountId;
  if (phoneNumberId !== null)
    return (
      <>
        {fields} of {number ? <PhoneNumber e164={number.phoneNumber} /> : phoneNumberId}
      </>
    );
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

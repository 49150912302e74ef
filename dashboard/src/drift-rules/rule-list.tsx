import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../api/client.ts";
import { accountsQuery, numberQuery } from "../api/numbers.ts";
import { useIsAdmin } from "../api/who.ts";
import { PhoneNumber } from "../components/phone-number.tsx";
import { ProblemAlert } from "../components/problem-alert.tsx";
import { CLASSES, labelOf, type Rule, type SetRule, useSetRule } from "./rules.ts";

/** The rules that there are; each can be taken away. */
export function RuleList({ found }: { readonly found: FoundRules }) {
  const setting = useSetRule();
  const isAdmin = useIsAdmin();
  return (
    <>
      <Text size="sm">Where there is no rule: {labelOf(found.default)}.</Text>
      {found.policies.map((rule) => (
        <Group key={nameOf(rule)} justify="space-between">
          <Text size="sm">
            <About rule={rule} />: {labelOf(rule.policy)}
          </Text>
          {isAdmin && (
            <Button
              size="xs"
              variant="default"
              onClick={() => setting.mutate({ ...aboutOf(rule), policy: null })}
            >
              Remove
            </Button>
          )}
        </Group>
      ))}
      <ProblemAlert error={setting.error} />
    </>
  );
}

interface FoundRules {
  readonly policies: readonly Rule[];
  readonly default: Schemas["DriftPolicy"]["policy"];
}

function About({ rule: { accountId, phoneNumberId, fieldClass } }: { readonly rule: Rule }) {
  const { data: accounts = [] } = useQuery(accountsQuery);
  const fields = CLASSES.find(({ value }) => value === fieldClass)?.label ?? "All fields";
  const account = accounts.find(({ id }) => id === accountId)?.friendlyName ?? accountId;
  if (phoneNumberId !== null) {
    return (
      <>
        {fields} of <NumberLink id={phoneNumberId} />
      </>
    );
  }
  return accountId === null ? `${fields} of all numbers` : `${fields} of the numbers in ${account}`;
}

function NumberLink({ id }: { readonly id: string }) {
  const { data: number } = useQuery(numberQuery(id));
  return (
    <Link to="/numbers/$id" params={{ id }} search={{ tab: "configuration" }}>
      {number ? <PhoneNumber e164={number.phoneNumber} /> : id}
    </Link>
  );
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

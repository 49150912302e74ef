import { Button, Select, SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { accountsQuery } from "../../api/numbers.ts";
import { NumberSelect } from "../../components/number-select.tsx";
import { CLASSES, POLICIES } from "./drift-words.ts";

type SetRule = Schemas["SetDriftPolicy"];

interface NewDriftRuleProps {
  readonly set: (rule: SetRule) => void;
  readonly isPending: boolean;
}

/** A rule for all numbers, those of one account, or one of them: to choose the one gives up the other. */
export function NewDriftRule({ set, isPending }: NewDriftRuleProps) {
  const { data: accounts = [] } = useQuery(accountsQuery);
  const [rule, setRule] = useState<SetRule>({ policy: "alert" });
  const change = (changed: Partial<SetRule>) => setRule((before) => ({ ...before, ...changed }));
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label="Of the numbers in"
          placeholder="All accounts"
          clearable
          clearButtonProps={{ "aria-label": "All accounts" }}
          data={accounts.map(({ id, friendlyName }) => ({ value: id, label: friendlyName }))}
          value={rule.accountId ?? null}
          onChange={(id) => change({ accountId: id ?? undefined, phoneNumberId: undefined })}
        />
        <NumberSelect
          label="Or of one number"
          placeholder="Any number"
          value={rule.phoneNumberId}
          onChange={(phoneNumberId) => change({ phoneNumberId, accountId: undefined })}
        />
        <Select
          label="Fields"
          placeholder="All of them"
          clearable
          clearButtonProps={{ "aria-label": "All fields" }}
          data={[...CLASSES]}
          value={rule.fieldClass ?? null}
          onChange={(fieldClass) => change({ fieldClass: fieldClass ?? undefined })}
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

import { Button, Select, SimpleGrid } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { ProblemAlert } from "../components/problem-alert.tsx";
import { CLASSES, POLICIES, type SetRule, useSetRule } from "./rules.ts";

interface RuleFormProps {
  /** Which numbers the rule is about; undefined until that is chosen. */
  readonly about: Pick<SetRule, "accountId" | "phoneNumberId"> | undefined;
  /** How that is chosen, if it is, with what is wrong with the choice. */
  readonly children?: (mistake: string | undefined) => ReactNode;
}

export function RuleForm({ about, children }: RuleFormProps) {
  const setting = useSetRule();
  const [rule, setRule] = useState<Pick<SetRule, "fieldClass" | "policy">>({ policy: "alert" });
  const [isTried, setTried] = useState(false);
  const send = () => {
    setTried(about === undefined);
    if (about) setting.mutate({ ...about, ...rule });
  };
  return (
    <>
      {children?.(isTried && !about ? "Choose a number" : undefined)}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label="Fields"
          placeholder="All of them"
          clearable
          clearButtonProps={{ "aria-label": "All fields" }}
          data={[...CLASSES]}
          value={rule.fieldClass ?? null}
          onChange={(fieldClass) => setRule({ ...rule, fieldClass: fieldClass ?? undefined })}
        />
        <Select
          label="What is done"
          data={[...POLICIES]}
          allowDeselect={false}
          value={rule.policy}
          onChange={(policy) => setRule({ ...rule, policy })}
        />
      </SimpleGrid>
      <ProblemAlert error={setting.error} />
      <div>
        <Button loading={setting.isPending} onClick={send}>
          Set the rule
        </Button>
      </div>
    </>
  );
}

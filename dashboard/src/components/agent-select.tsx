import { Select, type SelectProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { agentsQuery } from "../api/numbers.ts";

type AgentSelectProps = Pick<
  SelectProps,
  "label" | "error" | "aria-label" | "placeholder" | "clearable" | "required" | "onBlur" | "w"
> & {
  readonly value: string | undefined;
  readonly onChange: (agentId: string | undefined) => void;
};

export function AgentSelect({ value, onChange, ...props }: AgentSelectProps) {
  const { data: agents = [], isPending } = useQuery(agentsQuery);
  return (
    <Select
      {...props}
      searchable
      limit={100}
      data={agents.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      nothingFoundMessage={isPending ? "Loading …" : "No agent of this name"}
      clearButtonProps={{ "aria-label": "Any agent" }}
    />
  );
}

/** Narrows a list to one agent's, or not. */
export function AgentFilter(props: Pick<AgentSelectProps, "value" | "onChange" | "w">) {
  return <AgentSelect aria-label="Agent" placeholder="Any agent" clearable {...props} />;
}

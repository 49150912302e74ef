import { Checkbox, type SelectProps, Stack, Text } from "@mantine/core";
import { AgentSelect } from "../components/agent-select.tsx";
import type { AssignmentChoice } from "./choice.ts";

interface ChoiceFieldsProps {
  readonly choice: AssignmentChoice;
  /** What the form says of the agent. */
  readonly agentField: Pick<SelectProps, "error" | "onBlur">;
  readonly onChange: (choice: AssignmentChoice) => void;
}

export function ChoiceFields({ choice, agentField, onChange }: ChoiceFieldsProps) {
  return (
    <Stack gap="md">
      <AgentSelect
        label="Agent"
        placeholder="Who shall answer?"
        required
        {...agentField}
        value={choice.agentId === "" ? undefined : choice.agentId}
        onChange={(agentId = "") => onChange({ ...choice, agentId, takeover: false })}
      />
      <Stack gap="xs" role="group" aria-label="Channels">
        <Text size="sm" fw={500} aria-hidden>
          Channels
        </Text>
        <Checkbox label="Calls" description="Always" checked disabled />
        <Checkbox
          label="SMS and MMS"
          checked={choice.enableSms}
          onChange={({ currentTarget }) => onChange({ ...choice, enableSms: currentTarget.checked })}
        />
        <Checkbox
          label="WhatsApp"
          description="The number needs a WhatsApp sender that is online"
          checked={choice.enableWhatsApp}
          onChange={({ currentTarget }) => onChange({ ...choice, enableWhatsApp: currentTarget.checked })}
        />
      </Stack>
    </Stack>
  );
}

import { Radio, Stack } from "@mantine/core";

interface RestoreFieldProps {
  readonly restore: boolean;
  readonly onChange: (restore: boolean) => void;
}

/** What is left behind in Twilio by a number that no agent answers any more. */
export function RestoreField({ restore, onChange }: RestoreFieldProps) {
  return (
    <Radio.Group
      label="What shall stand in Twilio afterwards?"
      value={restore ? "restore" : "clear"}
      onChange={(value) => onChange(value === "restore")}
    >
      <Stack gap="xs" mt="xs">
        <Radio
          value="clear"
          label="Nothing"
          description="Our webhooks are cleared, where they are still ours"
        />
        <Radio
          value="restore"
          label="What stood there before"
          description="As it was when the number was assigned"
        />
      </Stack>
    </Radio.Group>
  );
}

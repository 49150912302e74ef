import { Checkbox, type CheckboxProps } from "@mantine/core";

/** For a plan of many numbers, which says of each what would be taken. */
export function TakeoverField(props: CheckboxProps) {
  return (
    <Checkbox
      label="Take over what answers instead now"
      description="Needs the role admin. Another agent’s numbers, and what somebody else has set, are taken as well; the plan shows which."
      {...props}
    />
  );
}

import { Button, Code, CopyButton, Group } from "@mantine/core";

/** Something secret, to be copied. */
export function SecretText({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Code aria-label={label} role="group" style={{ overflowWrap: "anywhere", flex: 1 }}>
        {value}
      </Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy} miw="max-content">
            {copied ? "Copied" : "Copy"}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}

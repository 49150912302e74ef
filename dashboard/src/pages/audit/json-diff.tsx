import { Code, Table, Text } from "@mantine/core";
import { jsonChanges } from "./json-changes.ts";
import classes from "./json-diff.module.css";

/** Further ones are in the API's answer; nobody reads this many. */
const MAX_SHOWN = 300;

/** Each value that is not as it was. Shown as text, whatever it holds. */
export function JsonDiff({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const changes = jsonChanges(before, after);
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No value is different.
      </Text>
    );
  }
  return (
    <>
      <Table layout="fixed" verticalSpacing="xs" aria-label="Before and after">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="32%">What</Table.Th>
            <Table.Th>Before</Table.Th>
            <Table.Th>After</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.slice(0, MAX_SHOWN).map((change) => (
            <Table.Tr key={change.path}>
              <Table.Td className={classes.value ?? ""}>{change.path === "" ? "It" : change.path}</Table.Td>
              <Value text={change.before} kind="before" />
              <Value text={change.after} kind="after" />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {changes.length > MAX_SHOWN && (
        <Text size="xs" c="dimmed">
          The first {MAX_SHOWN} of {changes.length.toLocaleString()}.
        </Text>
      )}
    </>
  );
}

function Value({ text, kind }: { readonly text: string | undefined; readonly kind: "before" | "after" }) {
  return (
    <Table.Td className={classes.value ?? ""}>
      {text === undefined && (
        <Text span size="xs" c="dimmed">
          –
        </Text>
      )}
      {text !== undefined && <Code className={classes[kind] ?? ""}>{text === "" ? "(empty)" : text}</Code>}
    </Table.Td>
  );
}

import { Code, Table, Text } from "@mantine/core";
import { useAgentName } from "../../api/numbers.ts";
import { jsonChanges } from "./json-changes.ts";
import classes from "./json-diff.module.css";

/** Further ones are in the API's answer; nobody reads this many. */
const MAX_SHOWN = 300;
const IS_AGENT = /(^|\.)agentId$/;

/** Each value that is not as it was. Shown as text, whatever it holds. */
export function JsonDiff({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const agentName = useAgentName();
  const changes = jsonChanges(before, after);
  // Other values speak for themselves.
  const nameIn = (path: string) => (IS_AGENT.test(path) ? agentName : undefined);
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
              <Value text={change.before} kind="before" nameOf={nameIn(change.path)} />
              <Value text={change.after} kind="after" nameOf={nameIn(change.path)} />
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

interface ValueProps {
  readonly text: string | undefined;
  readonly kind: "before" | "after";
  readonly nameOf: ((id: string) => string) | undefined;
}

function Value({ text, kind, nameOf }: ValueProps) {
  if (text === undefined) {
    return (
      <Table.Td className={classes.value ?? ""}>
        <Text span size="xs" c="dimmed">
          –
        </Text>
      </Table.Td>
    );
  }
  const name = nameOf?.(text);
  return (
    <Table.Td className={classes.value ?? ""}>
      <Code className={classes[kind] ?? ""}>{text === "" ? "(empty)" : text}</Code>
      {name !== undefined && name !== text && (
        <Text size="xs" c="dimmed">
          {name}
        </Text>
      )}
    </Table.Td>
  );
}

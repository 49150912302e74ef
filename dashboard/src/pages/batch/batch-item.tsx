import { Anchor, Badge, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { PhoneNumber } from "../../components/phone-number.tsx";
import classes from "./batch-item.module.css";
import { FieldChange } from "./field-change.tsx";
import { ITEM_WORDS } from "./item-words.ts";

type Item = Schemas["BatchItem"];

/** One number: what is written into which field, and why it is not. `isAdvance`: nothing has been begun yet. */
export function BatchItem({ item, isAdvance }: { readonly item: Item; readonly isAdvance: boolean }) {
  const { phoneNumberId, phoneNumber, state, changes, withheld, problem, chatbotIdBefore } = item;
  const { label, color } = ITEM_WORDS[state];
  const isRefused = isAdvance && state === "skipped";
  return (
    <li className={classes.item}>
      <div>
        <Anchor
          fw={550}
          size="sm"
          underline="hover"
          renderRoot={(props) => <Link to="/numbers/$id" params={{ id: phoneNumberId }} {...props} />}
        >
          {phoneNumber === null ? phoneNumberId : <PhoneNumber e164={phoneNumber} />}
        </Anchor>
        <Text size="xs" c="dimmed">
          {chatbotIdBefore === null ? "no agent before" : `${chatbotIdBefore} before`}
        </Text>
        <Badge color={color} mt={4} miw="max-content">
          {isRefused ? "Left out" : label}
        </Badge>
      </div>
      <div className={classes.what}>
        {problem !== null && <Refusal problem={problem} />}
        {changes.map((change) => (
          <FieldChange key={`${change.sid} ${change.field}`} change={change} />
        ))}
        {withheld.length > 0 && (
          <Text size="xs" c="dimmed">
            And, if no other number relies on it by then:
          </Text>
        )}
        {withheld.map((change) => (
          <FieldChange key={`${change.sid} ${change.field}`} change={change} />
        ))}
        {changes.length === 0 && problem === null && (
          <Text size="sm" c="dimmed">
            {state === "unchanged" ? "Already as it should be." : "No field in Twilio changes."}
          </Text>
        )}
      </div>
    </li>
  );
}

function Refusal({ problem }: { readonly problem: NonNullable<Item["problem"]> }) {
  return (
    <Group gap="xs" align="baseline" mb={2}>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {problem.detail}
      </Text>
      <Anchor size="xs" href={`/errors/${problem.code}`} target="_blank">
        {problem.code}
      </Anchor>
    </Group>
  );
}

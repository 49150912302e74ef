import { Text } from "@mantine/core";
import type { Schemas } from "../api/client.ts";
import { PhoneNumber } from "./phone-number.tsx";

type Entry = Pick<Schemas["AuditEntry"], "target" | "names">;

/** What an audit entry is about, by its name; the id is in the title, and is all there is where nothing has a name. */
export function TargetName({ entry: { target, names } }: { readonly entry: Entry }) {
  // There is one of it: the action says which.
  if (target.id === target.type) return null;
  if (names.target === null) return target.id;
  return (
    <span title={target.id}>
      {target.type === "phone_number" ? <PhoneNumber e164={names.target} /> : <bdi>{names.target}</bdi>}
    </span>
  );
}

/** The same with the id beneath, for those who need it. */
export function TargetNameAndId({ entry }: { readonly entry: Entry }) {
  const { target, names } = entry;
  return (
    <>
      <TargetName entry={entry} />
      {names.target !== null && (
        <Text size="xs" c="dimmed">
          {target.id}
        </Text>
      )}
    </>
  );
}

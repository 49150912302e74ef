/** Where two JSON values differ. A side that has nothing there is undefined. */
export interface JsonChange {
  /** Such as `channels.sms` or `changes.0.field`; empty for the whole. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Leaf by leaf, in the order of their paths. */
export function jsonChanges(before: unknown, after: unknown): readonly JsonChange[] {
  const [old, now] = [leaves(before), leaves(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
    .filter((change) => change.before !== change.after);
}

function leaves(value: unknown, path = ""): Map<string, string> {
  // Null says that there is nothing, such as before something was made.
  if (value === null || value === undefined) return new Map();
  if (typeof value !== "object") return new Map([[path, textOf(value)]]);
  const members = Object.entries(value);
  if (members.length === 0) return new Map([[path, Array.isArray(value) ? "[]" : "{}"]]);
  return new Map(
    members.flatMap(([key, member]) => [...leaves(member, path === "" ? key : `${path}.${key}`)]),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

// PostgreSQL's `text` and `jsonb` hold every text but two kinds: with a NUL, or with half of a surrogate pair.
// https://www.postgresql.org/docs/current/datatype-json.html

export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** The same text with U+FFFD for each character that cannot be stored. */
export function storable(text: string): string {
  return isStorable(text) ? text : text.replaceAll("\0", "\uFFFD").toWellFormed();
}

// https://www.w3.org/TR/xml/#charsets
const NOT_IN_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** The same text with U+FFFD for each character that XML 1.0 cannot hold, not even escaped. */
export function xmlText(text: string): string {
  return text.replaceAll(NOT_IN_XML, "\uFFFD");
}

interface Member {
  readonly parent: Member | undefined;
  readonly name: string;
  readonly value: unknown;
}

/**
 * Where in a JSON value there is text that cannot be stored, as a value or as a name: `voice.text`, `ids.0`; empty for
 * the value itself, undefined for nowhere. Of several the least deep one. The path itself is storable.
 */
export function unstorablePath(root: unknown): string | undefined {
  // A list that grows while it is walked, and no recursion: 1 MiB of JSON can nest half a million levels deep.
  const members: Member[] = [{ parent: undefined, name: "", value: root }];
  for (const member of members) {
    const { name, value } = member;
    if (!isStorable(name) || (typeof value === "string" && !isStorable(value))) return pathOf(member);
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      members.push({ parent: member, name: key, value: inner });
    }
  }
  return undefined;
}

function pathOf(member: Member): string {
  const names: string[] = [];
  for (let at = member; at.parent; at = at.parent) names.push(storable(at.name));
  return names.toReversed().join(".");
}

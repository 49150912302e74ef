import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { TwimlVerb } from "./traffic-types.ts";

export interface Verb {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Verb[];
}

const TEXT = "#text";
const ATTRIBUTES = ":@";

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
});

/** The verbs inside of <Response>; null unless the text is well-formed XML with that root. */
export function parseTwiml(text: string): readonly Verb[] | null {
  const source = text.trim();
  if (XMLValidator.validate(source) !== true) return null;
  const document: unknown = parser.parse(source);
  return verbsIn(document).find((verb) => verb.name === "Response")?.children ?? null;
}

/** All verbs in the order of the document, nested ones after the verb around them. */
export function flatten(verbs: readonly Verb[], parent: string | null = null): TwimlVerb[] {
  return verbs.flatMap((verb) => [
    { name: verb.name, attributes: { ...verb.attributes }, text: verb.text, parent },
    ...flatten(verb.children, verb.name),
  ]);
}

function verbsIn(nodes: unknown): Verb[] {
  return records(nodes).flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ATTRIBUTES && key !== TEXT && !key.startsWith("?"));
    if (name === undefined) return [];
    const content = node[name];
    return [
      { name, attributes: strings(node[ATTRIBUTES]), text: textIn(content), children: verbsIn(content) },
    ];
  });
}

function textIn(nodes: unknown): string {
  return records(nodes)
    .map((node) => node[TEXT])
    .filter((text) => typeof text === "string")
    .join("");
}

function records(nodes: unknown): Record<string, unknown>[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.filter(isRecord);
}

const isRecord = (node: unknown): node is Record<string, unknown> =>
  typeof node === "object" && node !== null;

function strings(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}

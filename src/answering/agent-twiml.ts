// Pure: TwiML that an agent's endpoint has written. Twilio hangs up on a caller for what it cannot parse, and says so
// aloud, so nothing is passed on before it was read here.
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { messageOf } from "../base/errors.ts";
import { xmlText } from "../base/text.ts";
import type { ReplyPart } from "./reply.ts";

type Node = Readonly<Record<string, unknown>>;

/** The attributes of a <Message> that say between whom it goes. */
const ADDRESSES: readonly string[] = ["to", "from"];

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: (name) => !ADDRESSES.includes(name),
  attributeNamePrefix: "",
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
});

/**
 * What keeps a text from being one well-formed <Response> and nothing else, in a sentence for the owner of the endpoint;
 * undefined when nothing does. Which verbs are inside is not looked at: Twilio passes over those that it does not know.
 */
export function whyNotTwiml(text: string): string | undefined {
  const twiml = text.trim();
  if (twiml === "") return "The answer is empty.";
  const verdict = XMLValidator.validate(twiml);
  if (verdict !== true) return `The answer is not XML: ${verdict.err.msg} (line ${verdict.err.line})`;
  return whyOpaqueRefused(twiml) ?? whyMarkupRefused(markupOf(twiml)) ?? whyNotOneResponse(twiml);
}

/**
 * Comments, instructions and CDATA, which may hold anything. One that is never closed goes on to the end: looking for
 * the end of each anew would take seconds for a text that is full of beginnings.
 */
const OPAQUE = /<!--.*?(?:-->|$)|<\?.*?(?:\?>|$)|<!\[CDATA\[.*?(?:\]\]>|$)/gs;
const SOUND_COMMENT = /^<!--(?:-?[^-])*-->$/;
const DECLARATION = /^<\?xml\s/;

function whyOpaqueRefused(twiml: string): string | undefined {
  for (const { 0: part, index } of twiml.matchAll(OPAQUE)) {
    if (index > 0 && DECLARATION.test(part)) return "The answer has <?xml after its beginning.";
    if (part.startsWith("<!--") && !SOUND_COMMENT.test(part)) return "The answer has -- inside of a comment.";
  }
  return undefined;
}

/** The document without what is opaque; of CDATA a text is left. */
function markupOf(twiml: string): string {
  return twiml.replaceAll(OPAQUE, (part) => (part.startsWith("<![") ? "text" : "")).trim();
}

/** From behind the < of a tag to the > that ends it. */
const TAG = /^[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>/;
/** With its name where it has one. The longest that XML knows is &#x10FFFF; */
const REFERENCE = /&(?:([#\w]{1,9});)?/g;

/** What the validator lets pass and Twilio's parser would not. */
function whyMarkupRefused(markup: string): string | undefined {
  if (/<!DOCTYPE/i.test(markup)) return "The answer has a DOCTYPE, which TwiML has not.";
  if (markup.includes("]]>")) return "The answer has ]]> outside of CDATA.";
  if (xmlText(markup) !== markup) return "The answer has a character that XML cannot hold.";
  const isWhole = markup.startsWith("<Response") && markup.endsWith(">");
  if (!isWhole) return "The answer is not one <Response> and nothing else.";
  const [, ...tags] = markup.split("<");
  if (!tags.every((tag) => TAG.test(tag) && !tag.startsWith("!")))
    return "The answer has < where no tag begins. Write &lt; instead.";
  return whyReferencesRefused(markup);
}

function whyReferencesRefused(markup: string): string | undefined {
  const names = Array.from(markup.matchAll(REFERENCE), ([, name]) => name);
  const unknown = names.find((name) => name !== undefined && !isKnownReference(name));
  if (unknown !== undefined) return `The answer uses &${unknown};, which XML does not know.`;
  return names.includes(undefined)
    ? "The answer has a bare &, perhaps in a URL. Write &amp; instead."
    : undefined;
}

function isKnownReference(name: string): boolean {
  if (["amp", "lt", "gt", "quot", "apos"].includes(name)) return true;
  const { decimal, hex } = /^#(?:(?<decimal>\d+)|x(?<hex>[0-9a-fA-F]+))$/.exec(name)?.groups ?? {};
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  if (!(code <= 0x10ffff)) return false;
  const character = String.fromCodePoint(code);
  return xmlText(character) === character;
}

function whyNotOneResponse(twiml: string): string | undefined {
  try {
    const roots = nodesIn(parser.parse(twiml)).filter((node) => !("#text" in node));
    const isOne = roots.length === 1 && roots.some((root) => "Response" in root);
    return isOne ? undefined : "The answer is not one <Response> and nothing else.";
  } catch (error) {
    // The parser has limits of its own, such as how deep elements nest.
    return `The answer cannot be read: ${messageOf(error)}`;
  }
}

/** The messages of a document that `whyNotTwiml` has nothing against. Other verbs and attributes are left out. */
export function messagesIn(twiml: string): readonly ReplyPart[] {
  const verbs = nodesIn(parser.parse(twiml.trim())).flatMap(({ Response }) => nodesIn(Response));
  return verbs.flatMap(({ Message, ":@": attributes }) =>
    Message === undefined ? [] : replyParts(nodesIn(Message), isNode(attributes) ? attributes : {}),
  );
}

function replyParts(message: readonly Node[], { to, from }: Node): readonly ReplyPart[] {
  const bodies = message.flatMap(({ Body }) => (Body === undefined ? [] : [textIn(nodesIn(Body))]));
  const text = (bodies[0] ?? textIn(message)).trim();
  const mediaUrls = message.flatMap(({ Media }) =>
    Media === undefined ? [] : [textIn(nodesIn(Media)).trim()],
  );
  if (text === "" && mediaUrls.length === 0) return [];
  return [{ text: text === "" ? undefined : text, mediaUrls, to: addressIn(to), from: addressIn(from) }];
}

function addressIn(attribute: unknown): string | undefined {
  return typeof attribute === "string" && attribute !== "" ? attribute : undefined;
}

function textIn(nodes: readonly Node[]): string {
  return nodes.map((node) => (typeof node["#text"] === "string" ? node["#text"] : "")).join("");
}

function nodesIn(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

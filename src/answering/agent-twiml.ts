// Pure: TwiML that an agent's endpoint has written. Twilio hangs up on a caller for what it cannot parse, and says so
// aloud, so nothing is passed on before it was read here.
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { messageOf } from "../base/errors.ts";
import { xmlText } from "../base/text.ts";
import type { ReplyPart } from "./reply.ts";

type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
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
  return whyMarkupRefused(markupOf(twiml)) ?? whyNotOneResponse(twiml);
}

/** The document without what may hold anything: comments, instructions, and CDATA, of which a text is left. */
function markupOf(twiml: string): string {
  const opaque = /<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>/gs;
  return twiml.replaceAll(opaque, (part) => (part.startsWith("<![") ? "text" : "")).trim();
}

/** What the validator lets pass and Twilio's parser would not. */
function whyMarkupRefused(markup: string): string | undefined {
  if (/<!DOCTYPE/i.test(markup)) return "The answer has a DOCTYPE, which TwiML has not.";
  if (markup.includes("]]>")) return "The answer has ]]> outside of CDATA.";
  if (xmlText(markup) !== markup) return "The answer has a character that XML cannot hold.";
  const references = [...markup.matchAll(/&([^;]*);/g)].map(([, name = ""]) => name);
  const unknown = references.find((name) => !isKnownReference(name));
  if (unknown !== undefined) return `The answer uses &${unknown};, which XML does not know.`;
  const isWhole = markup.startsWith("<Response") && markup.endsWith(">");
  return isWhole ? undefined : "The answer is not one <Response> and nothing else.";
}

function isKnownReference(name: string): boolean {
  if (["amp", "lt", "gt", "quot", "apos"].includes(name)) return true;
  if (!name.startsWith("#")) return false;
  const code = Number(name.startsWith("#x") ? `0${name.slice(1)}` : name.slice(1));
  if (!Number.isInteger(code) || code > 0x10ffff) return false;
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

/** The messages of a document that `whyNotTwiml` has nothing against. Attributes and other verbs are left out. */
export function messagesIn(twiml: string): readonly ReplyPart[] {
  const verbs = nodesIn(parser.parse(twiml.trim())).flatMap(({ Response }) => nodesIn(Response));
  return verbs.flatMap(({ Message }) => (Message === undefined ? [] : replyParts(nodesIn(Message))));
}

function replyParts(message: readonly Node[]): readonly ReplyPart[] {
  const bodies = message.flatMap(({ Body }) => (Body === undefined ? [] : [textIn(nodesIn(Body))]));
  const text = (bodies[0] ?? textIn(message)).trim();
  const mediaUrls = message.flatMap(({ Media }) =>
    Media === undefined ? [] : [textIn(nodesIn(Media)).trim()],
  );
  if (text === "" && mediaUrls.length === 0) return [];
  return [{ text: text === "" ? undefined : text, mediaUrls }];
}

function textIn(nodes: readonly Node[]): string {
  return nodes.map((node) => (typeof node["#text"] === "string" ? node["#text"] : "")).join("");
}

function nodesIn(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

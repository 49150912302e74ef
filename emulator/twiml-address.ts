import type { Verb } from "./twiml.ts";
import type { Step } from "./twiml-session.ts";

/** An address in a document that came from `baseUrl`; what can't be resolved stays as it is, and fails when asked. */
export const resolveUrl = (url: string, baseUrl: string): string =>
  URL.canParse(url, baseUrl) ? new URL(url, baseUrl).href : url;

export const methodOf = (verb: Verb): string => verb.attributes.method?.toUpperCase() ?? "POST";

/** Where a <Redirect> leads; an empty one leads back to its own document. */
export function redirect(verb: Verb, baseUrl: string): Step {
  return { kind: "redirect", url: resolveUrl(verb.text.trim(), baseUrl), method: methodOf(verb) };
}

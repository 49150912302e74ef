// Pure: what TwiML is made of. The SDK knows how to escape; which elements and attributes there are is up to the caller,
// because the SDK's types lag behind: they lack values that Twilio takes, and misspell some attributes.
import MessagingResponse from "twilio/lib/twiml/MessagingResponse.js";
import VoiceResponse from "twilio/lib/twiml/VoiceResponse.js";
import { xmlText } from "../base/text.ts";

type Element = Pick<VoiceResponse, "addChild" | "addText">;

/** An attribute that is undefined is left out, so that Twilio's default stays Twilio's. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Adds an element to another, and answers it. Characters that XML cannot hold are replaced. */
export function addElement(
  parent: Element,
  name: string,
  attributes: Attributes = {},
  text?: string,
): Element {
  const set = Object.entries(attributes).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, xmlText(String(value))]],
  );
  const element: Element = parent.addChild(name, Object.fromEntries(set));
  if (text !== undefined) element.addText(xmlText(text));
  return element;
}

/** For a call it means: hang up. */
export const EMPTY_VOICE_TWIML = new VoiceResponse().toString();
/** For a message it means: no reply. */
export const EMPTY_MESSAGE_TWIML = new MessagingResponse().toString();

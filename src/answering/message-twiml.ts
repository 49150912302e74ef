// Pure: what an agent says to a message, in TwiML. https://www.twilio.com/docs/messaging/twiml
import MessagingResponse from "twilio/lib/twiml/MessagingResponse.js";
import type { ReplyPart } from "./reply.ts";
import { addElement } from "./twiml.ts";

/**
 * One <Message> for each part; without parts nothing is sent.
 *
 * @param statusUrl hears of their delivery
 */
export function messageTwiml(parts: readonly ReplyPart[], statusUrl: string): string {
  const response = new MessagingResponse();
  for (const { text, mediaUrls } of parts) {
    const message = addElement(response, "Message", { action: statusUrl });
    if (text !== undefined) addElement(message, "Body", {}, text);
    for (const url of mediaUrls) addElement(message, "Media", {}, url);
  }
  return response.toString();
}

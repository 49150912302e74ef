// Pure: what the endpoint of an agent may answer to a message.
import { z } from "zod";
import { xmlText } from "../base/text.ts";
import { messagesIn, whyNotTwiml } from "./agent-twiml.ts";
import { NO_REPLY, type Reply, textReply } from "./reply.ts";

// https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
const MAX_TEXT_CHARACTERS = 1_600;
const MAX_MEDIA = 10;
const MAX_PARTS = 10;

const replyText = z.string().min(1).max(MAX_TEXT_CHARACTERS).transform(xmlText);
const part = z
  .object({
    text: replyText.optional(),
    mediaUrls: z
      .array(z.url({ protocol: /^https?$/ }))
      .max(MAX_MEDIA)
      .default([]),
  })
  .refine(
    ({ text, mediaUrls }) => text !== undefined || mediaUrls.length > 0,
    "A text or mediaUrls is missing",
  );

const replySchema = z
  .object({ reply: replyText.optional(), messages: z.array(part).max(MAX_PARTS).optional() })
  .refine(
    ({ reply, messages }) => (reply === undefined) !== (messages === undefined),
    "Give either reply or messages; to say nothing, answer 204",
  );

export type ReadReply =
  | { readonly outcome: "read"; readonly reply: Reply }
  /** In a sentence for the owner of the endpoint. */
  | { readonly outcome: "invalid"; readonly detail: string };

/** Reads the body of a successful answer: JSON, TwiML or nothing, as its content type says. */
export function readReply(contentType: string | undefined, body: string): ReadReply {
  if (body.trim() === "") return { outcome: "read", reply: NO_REPLY };
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (/^(application|text)\/([a-z.+-]+\+)?json$/.test(type)) return readJson(body);
  if (type === "text/xml" || type === "application/xml") return readTwiml(body);
  return invalid(`The answer is of the type ${type || "(none)"}, neither JSON nor XML.`);
}

function readJson(body: string): ReadReply {
  const parsed = replySchema.safeParse(jsonOrUndefined(body));
  if (!parsed.success) {
    return invalid(
      parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
    );
  }
  const { reply, messages = [] } = parsed.data;
  return { outcome: "read", reply: reply === undefined ? { parts: messages } : textReply(reply) };
}

function jsonOrUndefined(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function readTwiml(body: string): ReadReply {
  const flaw = whyNotTwiml(body);
  if (flaw !== undefined) return invalid(flaw);
  return { outcome: "read", reply: { parts: messagesIn(body), twiml: body.trim() } };
}

function invalid(detail: string): ReadReply {
  return { outcome: "invalid", detail };
}

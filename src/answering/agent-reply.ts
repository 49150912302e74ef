// Pure: what the endpoint of an agent may answer to a message.
import { z } from "zod";
import { chunksOf } from "../base/chunks.ts";
import { xmlText } from "../base/text.ts";
import type { MessageChannel } from "../traffic/traffic-report.ts";
import { messagesIn, whyNotTwiml } from "./agent-twiml.ts";
import { cutText, MAX_TEXT_CHARACTERS } from "./message-length.ts";
import { NO_REPLY, type Reply, type ReplyPart } from "./reply.ts";

const MAX_MEDIA = 10;
/** Twilio ignores any more: https://support.twilio.com/hc/en-us/articles/360017961894 */
const MAX_MEDIA_ON_WHATSAPP = 1;
const MAX_PARTS = 10;
const TOO_MANY =
  `More than ${MAX_PARTS} messages, of ${MAX_TEXT_CHARACTERS} characters each, and on WhatsApp of one picture or other ` +
  "medium each";

const replyText = z.string().transform(xmlText);
const part = z
  .object({
    text: replyText.optional(),
    mediaUrls: z
      .array(z.url({ protocol: /^https?$/ }))
      .max(MAX_MEDIA)
      .default([]),
  })
  .refine(({ text = "", mediaUrls }) => text.trim() !== "" || mediaUrls.length > 0, {
    message: "A text or mediaUrls is missing",
  });

/** `null`, {}, and a member that is empty say nothing, as a 204 does; members that we do not know alone are a mistake. */
const replySchema = z
  .looseObject({ reply: replyText.nullish(), messages: z.array(part).nullish() })
  .refine(({ reply, messages }) => !reply || !messages, "Give either reply or messages")
  .refine(
    (answer) => "reply" in answer || "messages" in answer || Object.keys(answer).length === 0,
    "Neither reply nor messages is there; to say nothing, answer 204",
  )
  .nullable()
  .transform((answer) =>
    answer?.reply ? [{ text: answer.reply, mediaUrls: [] }] : (answer?.messages ?? []),
  );

/** Each with as much text as a message holds, and as many of the media; the first have both. */
function partsOf(messages: readonly ReplyPart[], channel: MessageChannel): readonly ReplyPart[] {
  return messages.flatMap((message) => {
    const texts = cutText(message.text ?? "");
    const maxMedia = channel === "whatsapp" ? MAX_MEDIA_ON_WHATSAPP : MAX_MEDIA;
    const media = [...chunksOf(message.mediaUrls, maxMedia)];
    const length = Math.max(texts.length, media.length);
    return Array.from({ length }, (_, at) => ({ ...message, text: texts[at], mediaUrls: media[at] ?? [] }));
  });
}

export type ReadReply =
  | { readonly outcome: "read"; readonly reply: Reply }
  /** In a sentence for the owner of the endpoint. */
  | { readonly outcome: "invalid"; readonly detail: string };

/** Reads the body of a successful answer: JSON, TwiML or nothing, as its content type says. */
export function readReply(contentType: string | undefined, body: string, channel: MessageChannel): ReadReply {
  if (body.trim() === "") return { outcome: "read", reply: NO_REPLY };
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (/^(application|text)\/([a-z.+-]+\+)?json$/.test(type)) return readJson(body, channel);
  if (type === "text/xml" || type === "application/xml") return readTwiml(body, channel);
  return invalid(`The answer is of the type ${type || "(none)"}, neither JSON nor XML.`);
}

function readJson(body: string, channel: MessageChannel): ReadReply {
  const parsed = replySchema.safeParse(jsonOrUndefined(body));
  if (!parsed.success) {
    return invalid(
      parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
    );
  }
  const parts = partsOf(parsed.data, channel);
  return parts.length > MAX_PARTS ? invalid(TOO_MANY) : { outcome: "read", reply: { parts } };
}

function jsonOrUndefined(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function readTwiml(body: string, channel: MessageChannel): ReadReply {
  const flaw = whyNotTwiml(body);
  if (flaw !== undefined) return invalid(flaw);
  // Of a document that comes in time, Twilio sends as many: https://www.twilio.com/docs/api/errors/14109
  const parts = partsOf(messagesIn(body), channel).slice(0, MAX_PARTS);
  return { outcome: "read", reply: { parts, twiml: body.trim() } };
}

function invalid(detail: string): ReadReply {
  return { outcome: "invalid", detail };
}

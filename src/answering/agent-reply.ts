// Pure: what the endpoint of an agent may answer to a message.
import { z } from "zod";
import { xmlText } from "../base/text.ts";
import { messagesIn, whyNotTwiml } from "./agent-twiml.ts";
import { cutText, MAX_TEXT_CHARACTERS } from "./message-length.ts";
import { NO_REPLY, type Reply, type ReplyPart } from "./reply.ts";

const MAX_MEDIA = 10;
const MAX_PARTS = 10;

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
  .transform((answer) => partsOf(answer?.reply ? [{ text: answer.reply, mediaUrls: [] }] : answer?.messages))
  .refine((parts) => parts.length <= MAX_PARTS, {
    message: `More than ${MAX_PARTS} messages, of ${MAX_TEXT_CHARACTERS} characters each`,
  });

/** Each with as much text as a message holds; its media go with the first. */
function partsOf(messages: readonly ReplyPart[] | null | undefined): readonly ReplyPart[] {
  return (messages ?? []).flatMap((message) => {
    const { text = "", mediaUrls } = message;
    const [first, ...more] = cutText(text);
    const rest = more.map((piece) => ({ ...message, text: piece, mediaUrls: [] }));
    return first === undefined && mediaUrls.length === 0 ? [] : [{ ...message, text: first }, ...rest];
  });
}

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
  return { outcome: "read", reply: { parts: parsed.data } };
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
  // Of a document that comes in time, Twilio sends as many: https://www.twilio.com/docs/api/errors/14109
  const parts = partsOf(messagesIn(body)).slice(0, MAX_PARTS);
  return { outcome: "read", reply: { parts, twiml: body.trim() } };
}

function invalid(detail: string): ReadReply {
  return { outcome: "invalid", detail };
}

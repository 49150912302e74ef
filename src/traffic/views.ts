// How calls and messages look from outside.
import { z } from "@hono/zod-openapi";
import { timestamp } from "../api/api.ts";
import type { Call } from "./call.ts";
import type { Message } from "./message.ts";
import { messageErrorMeaning } from "./message-errors.ts";
import { moneySchema } from "./money.ts";
import type { StatusEvent } from "./traffic-report.ts";

export const DIRECTIONS = ["inbound", "outbound"] as const;
export const CHANNELS = ["sms", "mms", "whatsapp"] as const;

const inCommon = {
  sid: z.string(),
  phoneNumberId: z.string(),
  chatbotId: z.string().nullable().meta({ description: "Who answered the number when it began" }),
  direction: z.enum(DIRECTIONS),
  from: z.string(),
  to: z.string(),
  status: z.string().meta({ description: "In Twilio's words" }),
  startedAt: timestamp,
  cost: moneySchema.nullable().meta({ description: "At the organization's own rates; null without one" }),
  twilioPrice: moneySchema
    .nullable()
    .meta({ description: "What Twilio charges; null until it says so, which takes up to a day" }),
};

export const callSchema = z
  .object({
    ...inCommon,
    answeredAt: timestamp.nullable(),
    endedAt: timestamp.nullable(),
    durationSeconds: z.int().nullable(),
    sipCode: z.int().nullable(),
    answeredBy: z.string().nullable().meta({
      description: "human, machine_start, …; null unless the call was placed with machineDetection",
    }),
    parentSid: z.string().nullable().meta({ description: "The leg that this one was dialled from" }),
  })
  .meta({ id: "Call" });

const errorSchema = z.object({ code: z.int(), meaning: z.string() });

export const messageSchema = z
  .object({
    ...inCommon,
    channel: z.enum(CHANNELS),
    timeline: z.array(z.object({ status: z.string(), at: timestamp })),
    error: errorSchema.nullable(),
    replyError: errorSchema
      .nullable()
      .meta({ description: "Of a message that came in: why Twilio refused the agent's late reply to it" }),
    segments: z.int().nullable().meta({ description: "null while only Twilio knows" }),
    mediaCount: z.int().nullable(),
  })
  .meta({ id: "Message", description: "Without its text, which is not stored" });

const eventSchema = z.object({
  status: z.string(),
  receivedAt: timestamp,
  params: z.record(z.string(), z.unknown()).meta({ description: "Everything that Twilio sent" }),
});
const withEvents = { events: z.array(eventSchema) };

export const callDetailSchema = callSchema.extend(withEvents).meta({ id: "CallDetail" });
export const messageDetailSchema = messageSchema.extend(withEvents).meta({ id: "MessageDetail" });

export function callView(call: Call): z.infer<typeof callSchema> {
  return {
    ...viewInCommon(call),
    answeredAt: call.answeredAt?.toISOString() ?? null,
    endedAt: call.endedAt?.toISOString() ?? null,
    durationSeconds: call.durationSeconds ?? null,
    sipCode: call.sipCode ?? null,
    answeredBy: call.answeredBy ?? null,
    parentSid: call.parentSid ?? null,
  };
}

export function messageView(message: Message): z.infer<typeof messageSchema> {
  const { channel, timeline, errorCode, replyErrorCode } = message;
  return {
    ...viewInCommon(message),
    channel,
    timeline: timeline.map(({ status, at }) => ({ status, at: at.toISOString() })),
    error: errorView(errorCode),
    replyError: errorView(replyErrorCode),
    segments: message.segments ?? null,
    mediaCount: message.mediaCount ?? null,
  };
}

function errorView(code: number | undefined): z.infer<typeof errorSchema> | null {
  return code === undefined ? null : { code, meaning: messageErrorMeaning(code) };
}

function viewInCommon(traffic: Call | Message) {
  const { sid, phoneNumberId, agentId, direction, from, to, status, startedAt, cost, twilioPrice } = traffic;
  return {
    sid,
    phoneNumberId,
    chatbotId: agentId ?? null,
    direction,
    from,
    to,
    status,
    startedAt: startedAt.toISOString(),
    cost: cost ?? null,
    twilioPrice: twilioPrice ?? null,
  };
}

export function eventView({ status, receivedAt, params }: StatusEvent): z.infer<typeof eventSchema> {
  // The parameters of a form: an object, whatever Json may be besides.
  return { status, receivedAt: receivedAt.toISOString(), params: params as Record<string, unknown> };
}

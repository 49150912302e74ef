import { z } from "zod";
import type { CallbackControl } from "./callback-control.ts";
import { type ControlMethods, method } from "./control-method.ts";
import type { TrafficControl } from "./traffic-control.ts";

const sid = z.string();

const callOutcome = z.enum(["completed", "busy", "no-answer", "failed", "canceled"]);

const outcomes = {
  dialOutcome: callOutcome.optional(),
  dialSeconds: z.number().optional(),
  sessionOutcome: z.enum(["completed", "ended", "failed"]).optional(),
  handoffData: z.string().optional(),
};

const inboundCall = z.object({
  ...outcomes,
  from: z.string(),
  to: z.string(),
  answerSeconds: z.number().optional(),
  outcome: callOutcome.optional(),
});

const callDetails = z.object({
  ...outcomes,
  durationSeconds: z.number().optional(),
  answeredBy: z
    .enum([
      "human",
      "machine_start",
      "machine_end_beep",
      "machine_end_silence",
      "machine_end_other",
      "fax",
      "unknown",
    ])
    .optional(),
});

const inboundMessage = z.object({
  from: z.string(),
  to: z.string(),
  body: z.string(),
  channel: z.enum(["sms", "whatsapp"]).optional(),
  mediaUrls: z.array(z.string()).optional(),
});

export const TRAFFIC_METHODS: Pick<ControlMethods, keyof TrafficControl | keyof CallbackControl> = {
  placeCall: method(z.tuple([inboundCall]), (control, args) => control.placeCall(...args)),
  receiveMessage: method(z.tuple([inboundMessage]), (control, args) => control.receiveMessage(...args)),
  advanceMessage: method(
    z.tuple([sid, z.string(), z.object({ errorCode: z.int().optional() }).optional()]),
    (control, args) => control.advanceMessage(...args),
  ),
  advanceCall: method(z.tuple([sid, z.string(), callDetails.optional()]), (control, args) =>
    control.advanceCall(...args),
  ),
  setPrice: method(z.tuple([sid, z.string()]), (control, args) => control.setPrice(...args)),
  holdStatusCallbacks: method(z.tuple([z.boolean()]), (control, args) =>
    control.holdStatusCallbacks(...args),
  ),
  heldStatusCallbacks: method(z.tuple([]), (control) => control.heldStatusCallbacks()),
  deliverHeld: method(z.tuple([z.string()]), (control, args) => control.deliverHeld(...args)),
  dropHeld: method(z.tuple([z.array(z.string()).optional()]), (control, args) => control.dropHeld(...args)),
  repeatAcrossPages: method(z.tuple([z.boolean()]), (control, args) => control.repeatAcrossPages(...args)),
  conversationsCapture: method(z.tuple([z.boolean()]), (control, args) =>
    control.conversationsCapture(...args),
  ),
  idle: method(z.tuple([]), (control) => control.idle()),
};

/** What happens on the telephone network, and what came of it: calls, messages, and the webhooks that follow. */
import type { CallResource, MessageResource } from "./resources.ts";

export type WebhookKind = "voice" | "message" | "fallback" | "redirect" | "action" | "status";

/** One HTTP request that the emulator sent to a webhook, each retry and each redirect's end being one. */
export interface WebhookAttempt {
  kind: WebhookKind;
  url: string;
  method: string;
  params: Record<string, string>;
  /** From 1. */
  attempt: number;
  status: number | null;
  contentType: string | null;
  body: string | null;
  error: string | null;
  /** Twilio's code for what went wrong with it, e.g. 11200. */
  errorCode: number | null;
  durationMs: number;
}

/** A status callback that is kept back by `holdStatusCallbacks`. */
export interface HeldStatusCallback {
  id: string;
  /** The call's or the message's. */
  sid: string;
  /** CallStatus or MessageStatus. */
  status: string;
  url: string;
  params: Record<string, string>;
  /** How often it was delivered so far. */
  deliveries: number;
}

export interface TwimlVerb {
  name: string;
  attributes: Record<string, string>;
  text: string;
  /** The verb around it, e.g. Dial for a Number. */
  parent: string | null;
}

export interface CallRoute {
  /** `region`: the number is processed in another region, so what is configured here is not asked. */
  kind: "trunk" | "application" | "number" | "region" | "nobody";
  sid: string | null;
  url: string | null;
}

export type CallOutcome = "completed" | "busy" | "no-answer" | "failed" | "canceled";

/** How what a call's TwiML starts comes out. */
export interface CallOutcomes {
  /** Of the legs of a <Dial>. Default "completed"; for a call that is never answered, that call's own outcome. */
  dialOutcome?: CallOutcome | undefined;
  /** Default: as long as the call. */
  dialSeconds?: number | undefined;
  /**
   * Of the session of a <Connect>: "ended" by the agent, "failed" when its WebSocket could not be reached. Default
   * "completed".
   */
  sessionOutcome?: "completed" | "ended" | "failed" | undefined;
  /** What the agent says when it ends the session. */
  handoffData?: string | undefined;
}

/** What Twilio's answering machine detection says. https://www.twilio.com/docs/voice/answering-machine-detection */
export type AnsweredBy =
  | "human"
  | "machine_start"
  | "machine_end_beep"
  | "machine_end_silence"
  | "machine_end_other"
  | "fax"
  | "unknown";

export interface CallDetails extends CallOutcomes {
  /** What machine detection hears, where the call was created with it. Default "human". */
  answeredBy?: AnsweredBy | undefined;
  /** How long it talks, or has talked. Default 10. */
  durationSeconds?: number | undefined;
}

export interface InboundCall extends CallOutcomes {
  from: string;
  to: string;
  /** Default 10. */
  answerSeconds?: number | undefined;
  /** Default "completed". The others end the call before it is answered. */
  outcome?: CallOutcome | undefined;
}

/** What a call did: an outbound one in one step, an inbound one from its beginning to its end. */
export interface CallProgress {
  webhooks: WebhookAttempt[];
  /** What was executed, over all documents, nested verbs after their parent. */
  verbs: TwimlVerb[];
  /** The last document. */
  twiml: string | null;
  call: CallResource;
  /** The calls that <Dial> made, as they ended. */
  legs: CallResource[];
}

export interface CallResult extends CallProgress {
  callSid: string;
  route: CallRoute;
}

export interface MessageRoute {
  /**
   * `disabled`: a Messaging Service without an inbound URL swallows it. `nobody`: kept, but nobody is told.
   * `conversation`: a Conversation captures it, and no webhook of the number hears of it.
   */
  kind: "service" | "application" | "number" | "sender" | "conversation" | "disabled" | "nobody";
  sid: string | null;
  url: string | null;
}

export interface InboundMessage {
  /** E.164, without whatsapp: in front. */
  from: string;
  to: string;
  body: string;
  /** Default "sms". */
  channel?: "sms" | "whatsapp" | undefined;
  mediaUrls?: readonly string[] | undefined;
}

export interface MessageResult {
  messageSid: string;
  route: MessageRoute;
  webhooks: WebhookAttempt[];
  twiml: string | null;
  replies: MessageResource[];
}

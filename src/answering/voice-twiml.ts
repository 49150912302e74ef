// Pure: what an agent does with a call, in TwiML. https://www.twilio.com/docs/voice/twiml
import VoiceResponse from "twilio/lib/twiml/VoiceResponse.js";
import type { VoiceAnswer } from "../agents/voice-answer.ts";
import { assertNever } from "../base/errors.ts";
import { addElement } from "./twiml.ts";

/** What we can say by ourselves; a webhook's TwiML is its agent's. */
export type OwnVoiceAnswer = Exclude<VoiceAnswer, { kind: "webhook" }>;
type Answer<K extends OwnVoiceAnswer["kind"]> = Extract<OwnVoiceAnswer, { kind: K }>;

/** What an answer needs to know of its call. */
export interface CallContext {
  readonly agentId: string;
  readonly phoneNumberId: string;
  /** Asked when a session or a dialled leg has ended. */
  readonly endedUrl: string;
  /** Hears of a dialled leg. */
  readonly statusUrl: string;
}

export function voiceTwiml(answer: OwnVoiceAnswer, context: CallContext): string {
  const response = new VoiceResponse();
  switch (answer.kind) {
    case "say":
      addElement(response, "Say", { language: answer.language, voice: answer.voice }, answer.text);
      break;
    case "relay":
      addRelay(response, answer, context);
      break;
    case "stream":
      addStream(response, answer, context);
      break;
    case "dial":
      addDial(response, answer, context);
      break;
    case "reject":
      addReject(response, answer.reason);
      break;
    default:
      assertNever(answer);
  }
  return response.toString();
}

/** For a call that nobody answers; it costs nothing. */
export function rejectionTwiml(): string {
  const response = new VoiceResponse();
  addReject(response, "rejected");
  return response.toString();
}

function addReject(response: VoiceResponse, reason: Answer<"reject">["reason"]): void {
  addElement(response, "Reject", { reason });
}

// https://www.twilio.com/docs/voice/twiml/connect/conversationrelay
function addRelay(response: VoiceResponse, answer: Answer<"relay">, context: CallContext): void {
  const { kind: _, languages = [], parameters, fallback: _fallback, ...attributes } = answer;
  const connect = addElement(response, "Connect", { action: context.endedUrl });
  // The schema's names are Twilio's.
  const relay = addElement(connect, "ConversationRelay", attributes);
  for (const language of languages) addElement(relay, "Language", language);
  addParameters(relay, parameters, context);
}

// https://www.twilio.com/docs/voice/twiml/stream
function addStream(
  response: VoiceResponse,
  { url, parameters }: Answer<"stream">,
  context: CallContext,
): void {
  const connect = addElement(response, "Connect", { action: context.endedUrl });
  addParameters(addElement(connect, "Stream", { url }), parameters, context);
}

function addParameters(
  parent: Parameters<typeof addElement>[0],
  parameters: Readonly<Record<string, string>> = {},
  { agentId, phoneNumberId }: CallContext,
): void {
  for (const [name, value] of Object.entries({ agentId, phoneNumberId, ...parameters })) {
    addElement(parent, "Parameter", { name, value });
  }
}

// https://www.twilio.com/docs/voice/twiml/dial
function addDial(response: VoiceResponse, answer: Answer<"dial">, context: CallContext): void {
  const dial = addElement(response, "Dial", {
    // Until the other side picks up, the caller hears it ring, and pays nothing.
    answerOnBridge: true,
    timeout: answer.timeoutSeconds,
    callerId: answer.callerId,
    action: context.endedUrl,
  });
  // The leg is a call of its own, which is charged; Twilio tells of it only when asked to.
  const events = {
    statusCallback: context.statusUrl,
    statusCallbackEvent: "initiated ringing answered completed",
  };
  addElement(dial, answer.to.startsWith("+") ? "Number" : "Sip", events, answer.to);
}

// Pure: what an agent says, in TwiML.
import MessagingResponse from "twilio/lib/twiml/MessagingResponse.js";
import VoiceResponse from "twilio/lib/twiml/VoiceResponse.js";
import type { MessageAnswer } from "../agents/message-answer.ts";
import type { VoiceAnswer } from "../agents/voice-answer.ts";
import { assertNever } from "../base/errors.ts";

type SayAttributes = Extract<Parameters<VoiceResponse["say"]>[0], object>;

export function voiceTwiml(answer: VoiceAnswer): string {
  const response = new VoiceResponse();
  switch (answer.kind) {
    case "say": {
      const { language, voice } = answer;
      // The SDK lists the voices and languages of its day; Twilio takes more, and says so itself when it does not.
      response.say({ language, ...(voice === undefined ? {} : { voice }) } as SayAttributes, answer.text);
      return response.toString();
    }
    case "reject":
      response.reject({ reason: answer.reason });
      return response.toString();
    default:
      return assertNever(answer);
  }
}

export function messageTwiml(answer: MessageAnswer): string {
  const response = new MessagingResponse();
  switch (answer.kind) {
    case "reply":
      response.message(answer.text);
      return response.toString();
    case "none":
      return response.toString();
    default:
      return assertNever(answer);
  }
}

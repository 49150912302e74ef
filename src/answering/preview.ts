// Pure: what a caller or a sender would be answered by an agent that is still being written. Asks nobody's endpoint.
import type { MessageAnswer } from "../agents/message-answer.ts";
import type { VoiceAnswer } from "../agents/voice-answer.ts";
import { assertNever } from "../base/errors.ts";
import { webhookUrls } from "../twilio/webhook-urls.ts";
import { callContext, fallbackTwiml } from "./call-fallback.ts";
import { messageTwiml } from "./message-twiml.ts";
import { textReply } from "./reply.ts";
import { type Route, STAND_IN } from "./route.ts";
import { EMPTY_MESSAGE_TWIML } from "./twiml.ts";
import { voiceTwiml } from "./voice-twiml.ts";

export interface Preview {
  /** What Twilio is answered; undefined where the agent's endpoint writes that. */
  readonly twiml: string | undefined;
  /** What it is answered when the agent cannot be reached; undefined where nothing can fail. */
  readonly fallbackTwiml: string | undefined;
}

/** In the place of what is known only when there is a call. */
export interface PreviewContext {
  readonly publicUrl: string;
  readonly agentId: string;
  readonly phoneNumberId: string;
}

export function previewVoice(context: PreviewContext, voice: VoiceAnswer): Preview {
  const route = { ...EMPTY_ROUTE, ...context, voice };
  const { publicUrl } = context;
  const canFail = voice.kind !== "say" && voice.kind !== "reject";
  return {
    twiml: voice.kind === "webhook" ? undefined : voiceTwiml(voice, callContext(publicUrl, route, "answer")),
    fallbackTwiml: canFail ? fallbackTwiml(publicUrl, route) : undefined,
  };
}

export function previewMessaging(context: PreviewContext, messaging: MessageAnswer): Preview {
  const { statusUrl } = webhookUrls(context.publicUrl, context.agentId);
  const reply = (text: string) => messageTwiml(textReply(text).parts, statusUrl);
  switch (messaging.kind) {
    case "none":
      return { twiml: EMPTY_MESSAGE_TWIML, fallbackTwiml: undefined };
    case "reply":
      return { twiml: reply(messaging.text), fallbackTwiml: undefined };
    case "webhook": {
      const { fallbackText } = messaging;
      return {
        twiml: undefined,
        fallbackTwiml: fallbackText === undefined ? EMPTY_MESSAGE_TWIML : reply(fallbackText),
      };
    }
    default:
      return assertNever(messaging);
  }
}

const EMPTY_ROUTE: Omit<Route, "voice" | "agentId" | "phoneNumberId"> = {
  orgId: "",
  operatorOrgId: "",
  phoneNumberUid: "",
  e164: "",
  messaging: STAND_IN.messaging,
  webhookSecrets: undefined,
};

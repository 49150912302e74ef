// Pure: what a caller hears when the agent cannot be reached.
import type { VoiceFallback } from "../agents/voice-answer.ts";
import { voiceEndedUrl, webhookUrls } from "../twilio/webhook-urls.ts";
import type { Route } from "./route.ts";
import { type CallContext, voiceTwiml } from "./voice-twiml.ts";

const APOLOGY: VoiceFallback = {
  kind: "say",
  text: "We are sorry, your call cannot be answered right now. Please try again later.",
  language: "en-US",
};

/** The agent's own fallback, or an apology. */
export function fallbackTwiml(publicUrl: string, route: Route): string {
  const fallback = "fallback" in route.voice ? route.voice.fallback : undefined;
  return voiceTwiml(fallback ?? APOLOGY, callContext(publicUrl, route, "fallback"));
}

/** For when the fallback has failed as well, or nobody is assigned any more. */
export function apologyTwiml(): string {
  const nowhere = { agentId: "", phoneNumberId: "", endedUrl: "", statusUrl: "" };
  return voiceTwiml(APOLOGY, nowhere);
}

export function callContext(
  publicUrl: string,
  { agentId, phoneNumberId }: Route,
  after: "answer" | "fallback",
): CallContext {
  const { statusUrl } = webhookUrls(publicUrl, agentId);
  return { agentId, phoneNumberId, statusUrl, endedUrl: voiceEndedUrl(publicUrl, agentId, after) };
}

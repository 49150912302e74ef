// Pure: who really answers a number, per channel. A URL that is set and a URL that is called are two things: trunks,
// TwiML Apps and Messaging Services overrule what stands on the number. What overrules what is known here, in the
// layers of each channel, and nowhere else.
import { smsLayers, whatsappLayers } from "./effective-message-route.ts";
import { voiceLayers } from "./effective-voice-route.ts";
import type { RouteFacts } from "./observed.ts";
import { changesFor, withChanges } from "./route-fix.ts";
import { warningsOf } from "./route-warnings.ts";
import { type EffectiveRoute, type Judgement, judge, type Layers, type Verdict } from "./verdict.ts";
import type { Change, Channel, ResourceConfig } from "./webhook-config.ts";
import type { OurUrls } from "./webhook-urls.ts";

export interface RouteInput {
  readonly facts: RouteFacts;
  readonly ours: OurUrls;
  /** What Twilio should hold; empty for a number that no agent of ours answers. */
  readonly desired: readonly ResourceConfig[];
}

export type EffectiveRoutes = Readonly<Record<Channel, EffectiveRoute>>;

export function effectiveRoutes(input: RouteInput): EffectiveRoutes {
  return {
    voice: effectiveRoute("voice", input),
    sms: effectiveRoute("sms", input),
    whatsapp: effectiveRoute("whatsapp", input),
  };
}

const LAYERS: Record<Channel, (facts: RouteFacts, ours: OurUrls) => Layers> = {
  voice: voiceLayers,
  sms: smsLayers,
  whatsapp: whatsappLayers,
};

/** Who answers a channel, without what would change it. */
export function judgeChannel(channel: Channel, facts: RouteFacts, ours: OurUrls): Judgement {
  return judge(LAYERS[channel](facts, ours));
}

function effectiveRoute(channel: Channel, input: RouteInput): EffectiveRoute {
  const judgement = judgeChannel(channel, input.facts, input.ours);
  return {
    ...judgement,
    fix: fixFor(channel, judgement.verdict, input),
    warnings: warningsOf(channel, input.facts),
  };
}

/** A fix has to be one: what is written in vain, to a sender that is offline for example, is none. */
function fixFor(channel: Channel, verdict: Verdict, { facts, ours, desired }: RouteInput): readonly Change[] {
  if (verdict === "ours") return [];
  const changes = changesFor(channel, facts, desired);
  const { verdict: after } = judgeChannel(channel, withChanges(facts, changes), ours);
  return after === "ours" ? changes : [];
}

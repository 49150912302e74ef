// Pure: who answers each channel of a number, whether or not an agent of ours should. In short, so that it can be kept for
// every number of an account.
import { judgeChannel } from "../../twilio/effective-route.ts";
import type { RouteFacts } from "../../twilio/observed.ts";
import type { Verdict } from "../../twilio/verdict.ts";
import type { Channel } from "../../twilio/webhook-config.ts";
import type { OurUrls } from "../../twilio/webhook-urls.ts";

export type RouteVerdicts = Readonly<Record<Channel, Verdict>>;

export function routeVerdicts(facts: RouteFacts, ours: OurUrls): RouteVerdicts {
  return {
    voice: judgeChannel("voice", facts, ours).verdict,
    sms: judgeChannel("sms", facts, ours).verdict,
    whatsapp: judgeChannel("whatsapp", facts, ours).verdict,
  };
}

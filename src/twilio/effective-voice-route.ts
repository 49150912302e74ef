// Pure: what can take a number's calls. https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource: a
// trunk overrules voice URLs and applications, an application overrules URLs.
import type { RouteFacts } from "./observed.ts";
import { applicationLayer, nobodyLayer, urlLayer } from "./route-layers.ts";
import type { Layer, Layers } from "./verdict.ts";
import { type OurUrls, WEBHOOK_PATHS } from "./webhook-urls.ts";

export function voiceLayers({ number, voiceApplication }: RouteFacts, ours: OurUrls): Layers {
  const { sid } = number;
  const { trunkSid, voiceReceiveMode, voiceApplicationSid, voiceUrl = "" } = number.fields;
  const path = WEBHOOK_PATHS.voice;
  const above: Layer[] = [];
  if (trunkSid) above.push(trunkLayer(trunkSid));
  if (voiceReceiveMode === "fax")
    above.push(nobodyLayer("The number is set to receive faxes.", { field: "voiceReceiveMode", sid }));
  if (voiceApplicationSid) {
    const decidedBy = { field: "voiceApplicationSid", sid: voiceApplicationSid };
    const place = { decidedBy, path, ours, context: "A TwiML App takes the calls." };
    above.push(applicationLayer(place, voiceApplication, "voiceUrl"));
  }
  return { above, own: urlLayer({ decidedBy: { field: "voiceUrl", sid }, path, ours }, voiceUrl) };
}

/** A trunk sends its calls to a SIP address, which is never one of ours. */
function trunkLayer(sid: string): Layer {
  const decidedBy = { field: "trunkSid", sid };
  return { verdict: "foreign", url: "", decidedBy, reason: "A SIP trunk takes the calls." };
}

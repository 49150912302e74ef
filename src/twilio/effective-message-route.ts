// Pure: what can take a number's messages.
import { isOnline, type ObservedService, type RouteFacts } from "./observed.ts";
import { applicationLayer, nobodyLayer, unknownLayer, urlLayer } from "./route-layers.ts";
import type { Layer, Layers } from "./verdict.ts";
import { type OurUrls, WEBHOOK_PATHS } from "./webhook-urls.ts";

const path = WEBHOOK_PATHS.message;

/** A Messaging Service overrules the number unless it defers to it; on the number, an application overrules the URL. */
export function smsLayers({ number, service, smsApplication }: RouteFacts, ours: OurUrls): Layers {
  const { sid } = number;
  const { smsApplicationSid, smsUrl = "" } = number.fields;
  const above: Layer[] = [];
  if (!service.known) above.push(unknownLayer(service.reason));
  else if (service.value && !defersToNumber(service.value)) above.push(serviceLayer(service.value, ours));
  if (smsApplicationSid) {
    const decidedBy = { field: "smsApplicationSid", sid: smsApplicationSid };
    const place = { decidedBy, path, ours, context: "A TwiML App takes the messages." };
    above.push(applicationLayer(place, smsApplication, "smsUrl"));
  }
  return { above, own: urlLayer({ decidedBy: { field: "smsUrl", sid }, path, ours }, smsUrl) };
}

/**
 * For a channel sender a service's own URL decides even where the service defers to its numbers, as seen in practice.
 * That one without a URL swallows the messages is documented for numbers; for senders it is the safer assumption.
 */
export function whatsappLayers({ sender, senderService }: RouteFacts, ours: OurUrls): Layers {
  if (!sender.known) return { above: [], own: unknownLayer(sender.reason) };
  if (!sender.value) return { above: [], own: nobodyLayer("The number has no WhatsApp sender.") };
  const { status, config } = sender.value;
  const { sid } = config;
  if (!isOnline(sender.value)) {
    const reason = `The WhatsApp sender is not online: Twilio says ${status || "nothing about its status"}.`;
    return { above: [], own: nobodyLayer(reason, { field: "status", sid }) };
  }
  const above: Layer[] = [];
  if (!senderService.known) above.push(unknownLayer(senderService.reason));
  else if (senderService.value) above.push(serviceLayer(senderService.value, ours));
  const { callbackUrl = "" } = config.fields;
  return { above, own: urlLayer({ decidedBy: { field: "callbackUrl", sid }, path, ours }, callbackUrl) };
}

function defersToNumber({ config }: ObservedService): boolean {
  return config.fields.useInboundWebhookOnNumber === "true";
}

function serviceLayer({ config: { sid, fields } }: ObservedService, ours: OurUrls): Layer {
  const decidedBy = { field: "inboundRequestUrl", sid };
  const { inboundRequestUrl } = fields;
  if (!inboundRequestUrl)
    return nobodyLayer("Its Messaging Service has no URL, so Twilio drops the messages.", decidedBy);
  const context = "Its Messaging Service takes the messages.";
  return urlLayer({ decidedBy, path, ours, context }, inboundRequestUrl);
}

import type { NumberResource, SenderRecord, ServiceResource } from "./resources.ts";
import { addressConfiguration, type State, serviceOf } from "./state.ts";
import type { CallRoute, MessageRoute } from "./traffic-types.ts";
import type { Endpoint } from "./twiml-session.ts";

/** Who answers, and with which URLs. `first` is null when nobody is asked for a document. */
export interface Routing<R> {
  readonly route: R;
  readonly first: Endpoint | null;
  readonly fallback: Endpoint | null;
  readonly status: Endpoint | null;
}

/** Who answers a call to this number: its trunk, else its TwiML App, else its own URL. */
export function routeCall(state: State, number: NumberResource): Routing<CallRoute> {
  const region = state.regions.get(number.phone_number) ?? "us1";
  // That a number processed elsewhere never asks us1's URL is inferred from the documentation, not observed.
  if (region !== "us1") return silent({ kind: "region", sid: null, url: null });
  if (number.trunk_sid) {
    return silent({ kind: "trunk", sid: number.trunk_sid, url: state.trunks.get(number.trunk_sid) ?? null });
  }
  // A number set to receive faxes takes no voice calls: from memory.
  if (number.voice_receive_mode === "fax") return silent({ kind: "nobody", sid: null, url: null });
  if (number.voice_application_sid) return routeToApplication(state, number.voice_application_sid);
  if (!number.voice_url) return silent({ kind: "nobody", sid: null, url: null });
  return voiceRouting({ kind: "number", sid: number.sid, url: number.voice_url }, number);
}

interface VoiceFields {
  readonly voice_url: string | null;
  readonly voice_method: string;
  readonly voice_fallback_url: string | null;
  readonly voice_fallback_method: string;
  readonly status_callback: string | null;
  readonly status_callback_method: string;
}

function voiceRouting(route: CallRoute, fields: VoiceFields): Routing<CallRoute> {
  return {
    route,
    first: endpoint(fields.voice_url, fields.voice_method),
    fallback: endpoint(fields.voice_fallback_url, fields.voice_fallback_method),
    status: endpoint(fields.status_callback, fields.status_callback_method),
  };
}

function routeToApplication(state: State, sid: string): Routing<CallRoute> {
  const application = state.applications.get(sid);
  const route: CallRoute = { kind: "application", sid, url: application?.voice_url ?? null };
  return application ? voiceRouting(route, application) : silent(route);
}

/** Who is told of an SMS to this number: its Messaging Service, unless that defers, else its TwiML App or URL. */
export function routeSms(state: State, number: NumberResource): Routing<MessageRoute> {
  const service = serviceOf(state, number.sid);
  if (!service || service.use_inbound_webhook_on_number) return routeSmsToNumber(state, number);
  return routeToService(service);
}

function routeToService(service: ServiceResource): Routing<MessageRoute> {
  const { sid, inbound_request_url: url } = service;
  if (!url) return silent({ kind: "disabled", sid, url: null });
  return {
    route: { kind: "service", sid, url },
    first: endpoint(url, service.inbound_method),
    fallback: endpoint(service.fallback_url, service.fallback_method),
    status: null,
  };
}

function routeSmsToNumber(state: State, number: NumberResource): Routing<MessageRoute> {
  const application = number.sms_application_sid
    ? state.applications.get(number.sms_application_sid)
    : undefined;
  const fields = number.sms_application_sid ? application : number;
  const kind = number.sms_application_sid ? "application" : "number";
  if (!fields?.sms_url) return silent({ kind: "nobody", sid: null, url: null });
  return {
    route: { kind, sid: fields.sid, url: fields.sms_url },
    first: endpoint(fields.sms_url, fields.sms_method),
    fallback: endpoint(fields.sms_fallback_url, fields.sms_fallback_method),
    status: null,
  };
}

/**
 * Who is told of a WhatsApp message: the Messaging Service that the sender is in, even where it defers to its
 * numbers (a single live report says so), else the sender's own webhook. A sender that is not online takes none.
 */
export function routeWhatsApp(state: State, sender: SenderRecord): Routing<MessageRoute> {
  if (!sender.status.startsWith("ONLINE")) return silent({ kind: "nobody", sid: sender.sid, url: null });
  const service = serviceOf(state, sender.sid);
  // That a service without a URL swallows is documented for numbers; for channel senders it is inferred.
  if (service) return routeToService(service);
  const first = senderEndpoint(sender, "callback");
  if (!first) return silent({ kind: "nobody", sid: sender.sid, url: null });
  return {
    route: { kind: "sender", sid: sender.sid, url: first.url },
    first,
    fallback: senderEndpoint(sender, "fallback"),
    status: null,
  };
}

/**
 * The Conversation that an address configuration starts for whoever writes to the address: "If the Message belongs in a
 * Conversation, the Conversation captures it first". Null where none is configured.
 */
export function routeToConversation(
  state: State,
  accountSid: string,
  address: string,
): Routing<MessageRoute> | null {
  const configuration = addressConfiguration(state, accountSid, address);
  if (configuration?.auto_creation.enabled !== true) return null;
  return silent({ kind: "conversation", sid: configuration.sid, url: null });
}

/** One of a sender's webhooks: callback, fallback or status_callback. */
export function senderEndpoint(sender: SenderRecord, name: string): Endpoint | null {
  const url = sender.webhook[`${name}_url`];
  const method = sender.webhook[`${name}_method`];
  return typeof url === "string" ? endpoint(url, typeof method === "string" ? method : "POST") : null;
}

function silent<R>(route: R): Routing<R> {
  return { route, first: null, fallback: null, status: null };
}

function endpoint(url: string | null, method: string): Endpoint | null {
  return url ? { url, method } : null;
}

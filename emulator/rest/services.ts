import { readPatch } from "../fields.ts";
import type { ServiceResource } from "../resources.ts";
import { addService, patchService, SERVICE_PARAMS } from "../services.ts";
import { invalidParameter } from "../twilio-error.ts";
import { created, missing, noContent, ok, pathParam, type RestContext, type Route } from "./context.ts";
import { metaEnvelope, readPage } from "./paging.ts";

const BASE = "/v1/Services";

export const serviceRoutes: readonly Route[] = [
  { method: "GET", pattern: BASE, handler: listServices },
  { method: "POST", pattern: BASE, handler: createService },
  {
    method: "GET",
    pattern: `${BASE}/:serviceSid`,
    handler: (context) => ok(present(context, serviceIn(context))),
  },
  { method: "POST", pattern: `${BASE}/:serviceSid`, handler: updateService },
  { method: "DELETE", pattern: `${BASE}/:serviceSid`, handler: deleteService },
];

const LINKS: Readonly<Record<string, string>> = {
  phone_numbers: "PhoneNumbers",
  channel_senders: "ChannelSenders",
  short_codes: "ShortCodes",
  alpha_senders: "AlphaSenders",
};

/** The service that the path names, if it is the caller's. */
export function serviceIn(context: RestContext): ServiceResource {
  const service = context.instance.state.services.get(pathParam(context, "serviceSid"));
  if (service?.account_sid !== context.account.sid) throw missing(context);
  return service;
}

function present(context: RestContext, service: ServiceResource) {
  const url = `${context.instance.origin}${BASE}/${service.sid}`;
  const links = Object.entries(LINKS).map(([key, name]) => [key, `${url}/${name}`]);
  return { ...service, links: Object.fromEntries(links), url };
}

function listServices(context: RestContext) {
  const isOwn = (service: ServiceResource) => service.account_sid === context.account.sid;
  const page = readPage(context, context.instance.state.services, isOwn);
  return ok(metaEnvelope(context, "services", page, (service) => present(context, service)));
}

function createService(context: RestContext) {
  const { instance, request } = context;
  if (!request.form.get("FriendlyName")) throw invalidParameter("Missing required parameter FriendlyName");
  const patch = readPatch(SERVICE_PARAMS, request.form, instance.options);
  return created(present(context, addService(instance, context.account.sid, undefined, patch)));
}

function updateService(context: RestContext) {
  const service = serviceIn(context);
  const patch = readPatch(SERVICE_PARAMS, context.request.form, context.instance.options);
  patchService(context.instance, service, patch);
  return ok(present(context, service));
}

function deleteService(context: RestContext) {
  const service = serviceIn(context);
  const { state } = context.instance;
  for (const member of state.members.group(service.sid)) {
    state.members.delete(member.sid);
  }
  state.services.delete(service.sid);
  return noContent();
}

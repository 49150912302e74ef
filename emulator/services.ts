import { type FieldTable, flag, httpMethod, integer, oneOf, text, url } from "./fields.ts";
import { iso8601 } from "./formats.ts";
import { type Instance, newSid } from "./instance.ts";
import type { ServiceResource } from "./resources.ts";

export type ServiceFields = Partial<
  Omit<ServiceResource, "sid" | "account_sid" | "date_created" | "date_updated">
>;

// The codes for a service's URLs are from memory of the voice ones.
export const SERVICE_PARAMS: FieldTable = {
  FriendlyName: text("friendly_name"),
  InboundRequestUrl: url("inbound_request_url", 21402),
  InboundMethod: httpMethod("inbound_method"),
  FallbackUrl: url("fallback_url", 21402),
  FallbackMethod: httpMethod("fallback_method"),
  StatusCallback: url("status_callback", 21502),
  StickySender: flag("sticky_sender"),
  MmsConverter: flag("mms_converter"),
  SmartEncoding: flag("smart_encoding"),
  ScanMessageContent: oneOf("scan_message_content", ["inherit", "enable", "disable"], "inherit"),
  FallbackToLongCode: flag("fallback_to_long_code"),
  AreaCodeGeomatch: flag("area_code_geomatch"),
  ValidityPeriod: integer("validity_period", 1, 36_000),
  SynchronousValidation: flag("synchronous_validation"),
  Usecase: text("usecase"),
  UseInboundWebhookOnNumber: flag("use_inbound_webhook_on_number"),
};

const URL_FIELDS = new Set(["inbound_request_url", "fallback_url", "status_callback"]);

export function addService(
  instance: Instance,
  accountSid: string,
  sid: string | undefined,
  fields: object,
): ServiceResource {
  const service = blankService(instance, accountSid, sid);
  patchService(instance, service, fields);
  return instance.state.services.add(service);
}

/** Writes the fields. A cleared URL is null here: with a null inbound URL, receiving is switched off. */
export function patchService(instance: Instance, service: ServiceResource, fields: object): void {
  const known = Object.entries(fields).filter(([field, value]) => field in service && value !== undefined);
  const patch = known.map(([field, value]) => [field, URL_FIELDS.has(field) ? value || null : value]);
  Object.assign(service, Object.fromEntries(patch));
  service.date_updated = iso8601(instance.options.now());
}

function blankService(instance: Instance, accountSid: string, sid: string | undefined): ServiceResource {
  const date = iso8601(instance.options.now());
  return {
    sid: sid ?? newSid(instance, "MG"),
    account_sid: accountSid,
    friendly_name: "",
    inbound_request_url: null,
    inbound_method: "POST",
    fallback_url: null,
    fallback_method: "POST",
    status_callback: null,
    sticky_sender: true,
    mms_converter: true,
    smart_encoding: true,
    scan_message_content: "inherit",
    fallback_to_long_code: true,
    area_code_geomatch: true,
    validity_period: 36_000,
    synchronous_validation: false,
    usecase: "undeclared",
    us_app_to_person_registered: false,
    use_inbound_webhook_on_number: false,
    date_created: date,
    date_updated: date,
  };
}

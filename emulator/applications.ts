import { type FieldTable, flag, httpMethod, text, url } from "./fields.ts";
import { rfc2822 } from "./formats.ts";
import { type Instance, newSid } from "./instance.ts";
import type { ApplicationResource } from "./resources.ts";

export type ApplicationFields = Partial<
  Omit<ApplicationResource, "sid" | "account_sid" | "date_created" | "date_updated">
>;

export const APPLICATION_PARAMS: FieldTable = {
  FriendlyName: text("friendly_name", 64),
  ApiVersion: text("api_version"),
  VoiceUrl: url("voice_url", 21402),
  VoiceMethod: httpMethod("voice_method"),
  VoiceFallbackUrl: url("voice_fallback_url", 21402),
  VoiceFallbackMethod: httpMethod("voice_fallback_method"),
  VoiceCallerIdLookup: flag("voice_caller_id_lookup"),
  StatusCallback: url("status_callback", 21502),
  StatusCallbackMethod: httpMethod("status_callback_method"),
  SmsUrl: url("sms_url", 21402),
  SmsMethod: httpMethod("sms_method"),
  SmsFallbackUrl: url("sms_fallback_url", 21402),
  SmsFallbackMethod: httpMethod("sms_fallback_method"),
  SmsStatusCallback: url("sms_status_callback", 21502),
  MessageStatusCallback: url("message_status_callback", 21502),
  PublicApplicationConnectEnabled: flag("public_application_connect_enabled"),
};

export function addApplication(
  instance: Instance,
  accountSid: string,
  sid: string | undefined,
  fields: object,
): ApplicationResource {
  const application = blankApplication(instance, accountSid, sid);
  patchApplication(instance, application, fields);
  return instance.state.applications.add(application);
}

/** Writes the fields; a cleared URL is null. */
export function patchApplication(instance: Instance, application: ApplicationResource, fields: object): void {
  const known = Object.entries(fields).filter(
    ([field, value]) => field in application && value !== undefined,
  );
  Object.assign(
    application,
    Object.fromEntries(known.map(([field, value]) => [field, value === "" ? null : value])),
  );
  application.date_updated = rfc2822(instance.options.now());
}

function blankApplication(
  instance: Instance,
  accountSid: string,
  sid: string | undefined,
): ApplicationResource {
  const date = rfc2822(instance.options.now());
  return {
    sid: sid ?? newSid(instance, "AP"),
    account_sid: accountSid,
    friendly_name: "",
    api_version: "2010-04-01",
    voice_url: null,
    voice_method: "POST",
    voice_fallback_url: null,
    voice_fallback_method: "POST",
    voice_caller_id_lookup: false,
    status_callback: null,
    status_callback_method: "POST",
    sms_url: null,
    sms_method: "POST",
    sms_fallback_url: null,
    sms_fallback_method: "POST",
    sms_status_callback: null,
    message_status_callback: null,
    public_application_connect_enabled: false,
    date_created: date,
    date_updated: date,
  };
}

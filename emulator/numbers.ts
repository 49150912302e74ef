import type { FieldTable } from "./fields.ts";
import { flag, httpMethod, oneOf, sidOf, text, url } from "./fields.ts";
import { nationalFormat, rfc2822 } from "./formats.ts";
import { type Instance, newSid } from "./instance.ts";
import type { Capabilities, NumberResource } from "./resources.ts";

/** The settable fields under their names in Twilio's JSON. */
export type NumberFields = Partial<
  Omit<
    NumberResource,
    "sid" | "account_sid" | "phone_number" | "capabilities" | "date_created" | "date_updated"
  >
>;

// 21402 is known for VoiceUrl and 21502 documented for callbacks; that the other URLs share them is from memory.
const INVALID_URL = 21402;
const INVALID_CALLBACK = 21502;

export const NUMBER_PARAMS: FieldTable = {
  FriendlyName: text("friendly_name", 64),
  ApiVersion: text("api_version"),
  VoiceUrl: url("voice_url", INVALID_URL),
  VoiceMethod: httpMethod("voice_method"),
  VoiceFallbackUrl: url("voice_fallback_url", INVALID_URL),
  VoiceFallbackMethod: httpMethod("voice_fallback_method"),
  VoiceCallerIdLookup: flag("voice_caller_id_lookup"),
  VoiceApplicationSid: sidOf("voice_application_sid", "AP"),
  VoiceReceiveMode: oneOf("voice_receive_mode", ["voice", "fax"], "voice"),
  SmsUrl: url("sms_url", INVALID_URL),
  SmsMethod: httpMethod("sms_method"),
  SmsFallbackUrl: url("sms_fallback_url", INVALID_URL),
  SmsFallbackMethod: httpMethod("sms_fallback_method"),
  SmsApplicationSid: sidOf("sms_application_sid", "AP"),
  StatusCallback: url("status_callback", INVALID_CALLBACK),
  StatusCallbackMethod: httpMethod("status_callback_method"),
  TrunkSid: sidOf("trunk_sid", "TK"),
  AddressSid: sidOf("address_sid", "AD"),
  BundleSid: sidOf("bundle_sid", "BU"),
  IdentitySid: sidOf("identity_sid", "RI"),
  EmergencyStatus: oneOf("emergency_status", ["Active", "Inactive"], "Inactive"),
  EmergencyAddressSid: sidOf("emergency_address_sid", "AD"),
};

// Twilio shows an unset field as "" or as null, field by field; a client that expects one of the two breaks.
const UNSET: Readonly<Record<string, "" | null>> = {
  voice_url: null,
  voice_fallback_url: null,
  trunk_sid: null,
  address_sid: null,
  bundle_sid: null,
  identity_sid: null,
  emergency_address_sid: null,
  voice_application_sid: "",
  sms_url: "",
  sms_fallback_url: "",
  sms_application_sid: "",
  status_callback: "",
};

export interface NumberSeed {
  readonly phoneNumber: string;
  readonly sid?: string | undefined;
  readonly capabilities?: Partial<Capabilities> | undefined;
}

export function addNumber(
  instance: Instance,
  accountSid: string,
  seed: NumberSeed,
  fields: object,
): NumberResource {
  const number = blankNumber(instance, accountSid, seed);
  patchNumber(instance, number, fields);
  instance.state.sidsByPhoneNumber.set(number.phone_number, number.sid);
  return instance.state.numbers.add(number);
}

/** Writes the fields, normalises what was cleared, and keeps Twilio's rules about what excludes what. */
export function patchNumber(instance: Instance, number: NumberResource, fields: object): void {
  const known = Object.entries(fields).filter(([field, value]) => field in number && value !== undefined);
  const patch = Object.fromEntries(known.map(([field, value]) => [field, value || unsetValue(field, value)]));
  Object.assign(number, patch, exclusions(instance, patch));
  number.date_updated = rfc2822(instance.options.now());
}

function unsetValue(field: string, value: unknown): unknown {
  return field in UNSET ? UNSET[field] : value;
}

/** Setting the first field clears those that follow. */
type Exclusion = readonly [set: string, cleared: NumberFields];

const ALWAYS_EXCLUSIVE: readonly Exclusion[] = [
  ["voice_application_sid", { trunk_sid: null }],
  ["trunk_sid", { voice_application_sid: "" }],
];

const URL_OR_APPLICATION: readonly Exclusion[] = [
  ["voice_url", { voice_application_sid: "" }],
  ["voice_application_sid", { voice_url: null, voice_fallback_url: null }],
  ["sms_url", { sms_application_sid: "" }],
  ["sms_application_sid", { sms_url: "", sms_fallback_url: "" }],
];

function exclusions(instance: Instance, patch: Record<string, unknown>): NumberFields {
  const rules = instance.options.urlClearsApplication
    ? [...ALWAYS_EXCLUSIVE, ...URL_OR_APPLICATION]
    : ALWAYS_EXCLUSIVE;
  const cleared = rules.filter(([field]) => Boolean(patch[field])).map(([, fields]) => fields);
  return Object.assign({}, ...cleared);
}

function blankNumber(instance: Instance, accountSid: string, seed: NumberSeed): NumberResource {
  const date = rfc2822(instance.options.now());
  return {
    sid: seed.sid ?? newSid(instance, "PN"),
    account_sid: accountSid,
    phone_number: seed.phoneNumber,
    friendly_name: nationalFormat(seed.phoneNumber),
    capabilities: { voice: true, sms: true, mms: true, fax: false, ...seed.capabilities },
    voice_url: null,
    voice_method: "POST",
    voice_fallback_url: null,
    voice_fallback_method: "POST",
    voice_caller_id_lookup: false,
    voice_application_sid: "",
    voice_receive_mode: "voice",
    sms_url: "",
    sms_method: "POST",
    sms_fallback_url: "",
    sms_fallback_method: "POST",
    sms_application_sid: "",
    status_callback: "",
    status_callback_method: "POST",
    trunk_sid: null,
    address_sid: null,
    address_requirements: "none",
    identity_sid: null,
    bundle_sid: null,
    emergency_status: "Inactive",
    emergency_address_sid: null,
    emergency_address_status: "unregistered",
    api_version: "2010-04-01",
    beta: false,
    origin: "twilio",
    status: "in-use",
    type: "local",
    date_created: date,
    date_updated: date,
  };
}

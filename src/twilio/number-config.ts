// The fields of a number that decide who answers it, as the SDK and as a list of Twilio's name them.
import { fieldValue } from "./field-value.ts";
import type { ListedNumber } from "./number-list.ts";
import type { ResourceConfig } from "./webhook-config.ts";

const NUMBER_FIELDS = [
  "voiceUrl",
  "voiceMethod",
  "voiceFallbackUrl",
  "voiceFallbackMethod",
  "statusCallback",
  "statusCallbackMethod",
  "voiceApplicationSid",
  "trunkSid",
  "voiceReceiveMode",
  "smsUrl",
  "smsMethod",
  "smsFallbackUrl",
  "smsFallbackMethod",
  "smsApplicationSid",
] as const;
type NumberField = (typeof NUMBER_FIELDS)[number];

/** Each with its name in Twilio's answers, such as voice_url. */
const LISTED_FIELDS = NUMBER_FIELDS.map(
  (name) => [name, name.replaceAll(/[A-Z]/g, "_$&").toLowerCase()] as const,
);

export function numberConfig(
  instance: { readonly sid: string } & Partial<Record<NumberField, unknown>>,
): ResourceConfig {
  const fields = NUMBER_FIELDS.map((name) => [name, fieldValue(name, instance[name])]);
  return { resource: "number", sid: instance.sid, fields: Object.fromEntries(fields) };
}

export function listedNumberConfig(number: ListedNumber): ResourceConfig {
  const fields: Record<string, string> = {};
  for (const [name, key] of LISTED_FIELDS) fields[name] = fieldValue(name, number[key]);
  return { resource: "number", sid: number.sid, fields };
}

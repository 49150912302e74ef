// Pure: the classes of a number's configuration that are judged, told and mended by themselves.
import { z } from "zod";
import type { Observed } from "../twilio/observed.ts";
import type { Change, ManagedChannels } from "../twilio/webhook-config.ts";

/**
 * - `voice`, `sms`, `whatsapp`: who answers the channel
 * - `status`: who hears what became of calls and messages
 * - `presence`: whether the number is in the Twilio account at all
 */
export type FieldClass = (typeof FIELD_CLASSES)[number];
export const FIELD_CLASSES = ["voice", "sms", "whatsapp", "status", "presence"] as const;

export const fieldClassSchema = z.enum(FIELD_CLASSES).meta({
  id: "FieldClass",
  description:
    "voice, sms, whatsapp: who answers the channel. status: who hears what becomes of calls and messages. " +
    "presence: whether the number is in the Twilio account.",
});

/**
 * The classes that a field in Twilio decides. One of a Messaging Service that holds both the number and its WhatsApp sender
 * decides SMS and WhatsApp, where both are managed.
 */
export function fieldClassesOf(
  { resource, sid, field }: Pick<Change, "resource" | "sid" | "field">,
  managed: ManagedChannels,
  { service, senderService }: Pick<Observed, "service" | "senderService">,
): readonly FieldClass[] {
  if (field.startsWith("statusCallback")) return ["status"];
  if (resource === "number") return [field.startsWith("sms") ? "sms" : "voice"];
  if (resource === "sender") return ["whatsapp"];
  return [
    ...(managed.sms && isOf(service, sid) ? (["sms"] as const) : []),
    ...(managed.whatsapp && isOf(senderService, sid) ? (["whatsapp"] as const) : []),
  ];
}

function isOf(service: Observed["service"], sid: string): boolean {
  return service.known && service.value?.config.sid === sid;
}

import type { Schemas } from "../../api/client.ts";
import type { Measure } from "./search.ts";

type Kind = NonNullable<Schemas["UsageRow"]["kind"]>;

export const KIND: Record<Kind, { readonly label: string; readonly color: string }> = {
  voice: { label: "Voice", color: "indigo.5" },
  sms: { label: "SMS", color: "teal.5" },
  mms: { label: "MMS", color: "grape.5" },
  whatsapp: { label: "WhatsApp", color: "lime.6" },
};

export const MEASURE: Record<Measure, string> = {
  cost: "Cost",
  count: "Count",
  minutes: "Minutes",
  segments: "Segments",
};

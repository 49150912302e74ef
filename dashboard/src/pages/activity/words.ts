import type { Schemas } from "../../api/client.ts";

export const CHANNEL: Record<Schemas["Message"]["channel"], string> = {
  sms: "SMS",
  mms: "MMS",
  whatsapp: "WhatsApp",
};

const MINUTE_S = 60;

/** 75 seconds as “1:15 min”. */
export function formatDuration(seconds: number): string {
  if (seconds < MINUTE_S) return `${seconds} s`;
  const rest = String(seconds % MINUTE_S).padStart(2, "0");
  return `${Math.floor(seconds / MINUTE_S)}:${rest} min`;
}

// What has changed, as the triggers of migrations/0003-traffic.ts, 0013-number-announcements.ts and 0015 announce it.
import { z } from "zod";

export const CHANGE_CHANNEL = "switchhook_change";

/** A row that is new, different or gone; by its key, so that whoever hears of it reads it as it is then. */
export type Change =
  | { readonly table: "phone_number"; readonly uid: string }
  | { readonly table: "agent"; readonly orgId: string; readonly id: string }
  /** Every connection of this account. */
  | { readonly table: "twilio_account"; readonly sid: string }
  | { readonly table: "public_url"; readonly url: string };

const payloadSchema = z.union([
  z.tuple([z.literal("phone_number"), z.string()]).transform(([table, uid]) => ({ table, uid })),
  z
    .tuple([z.literal("agent"), z.string(), z.string()])
    .transform(([table, orgId, id]) => ({ table, orgId, id })),
  z.tuple([z.literal("twilio_account"), z.string()]).transform(([table, sid]) => ({ table, sid })),
  z.tuple([z.literal("public_url"), z.string()]).transform(([table, url]) => ({ table, url })),
]);

/** Undefined for what this version does not know; a newer one may announce more. */
export function changeFrom(payload: string): Change | undefined {
  return payloadSchema.safeParse(parseJson(payload)).data;
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

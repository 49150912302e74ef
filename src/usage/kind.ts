import { z } from "zod";
import type { UsageKind } from "../db/tables.ts";

export const kindSchema = z.enum(["voice", "sms", "mms", "whatsapp"] satisfies readonly UsageKind[]);
export const directionSchema = z.enum(["inbound", "outbound"]);

export type UsageDirection = z.infer<typeof directionSchema>;

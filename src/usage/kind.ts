import { z } from "zod";
import type { UsageKind } from "../db/tables/usage.ts";
import type { Direction } from "../traffic/traffic-report.ts";

export const kindSchema = z.enum(["voice", "sms", "mms", "whatsapp"] satisfies readonly UsageKind[]);
export const directionSchema = z.enum(["inbound", "outbound"] satisfies readonly Direction[]);

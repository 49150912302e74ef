import { z } from "zod";
import type { UsageKind } from "../db/tables/usage.ts";
import { daySchema } from "./day.ts";
import { directionSchema, kindSchema } from "./kind.ts";
import { currencySchema, rateAmountSchema } from "./money.ts";

const unitSchema = z.enum(["minute", "segment", "message"]);

type RateUnit = z.infer<typeof unitSchema>;

/** What each kind can be paid by. */
const UNITS_OF: Record<UsageKind, readonly RateUnit[]> = {
  voice: ["minute"],
  sms: ["segment", "message"],
  mms: ["message"],
  whatsapp: ["message"],
};

const newRateSchema = z
  .strictObject({
    kind: kindSchema,
    direction: directionSchema,
    unit: unitSchema.meta({
      description:
        "voice: minute; sms: segment or message, and with a rate for each both are added; mms, whatsapp: message",
    }),
    amount: rateAmountSchema,
  })
  .refine(({ kind, unit }) => UNITS_OF[kind].includes(unit), {
    path: ["unit"],
    error: "voice has a rate by minute, sms by segment or message, mms and whatsapp by message",
  });

export type NewRate = z.infer<typeof newRateSchema>;

/** One a kind, direction and unit: more than these there cannot be. */
const MAX_RATES = 10;

export const replaceRatesSchema = z
  .strictObject({
    currency: currencySchema,
    effectiveFrom: daySchema
      .optional()
      .meta({ description: "The first day of these rates, UTC; default today" }),
    rates: z
      .array(newRateSchema)
      .max(MAX_RATES)
      .refine((rates) => new Set(rates.map(rateName)).size === rates.length, {
        error: "Give one amount for each kind, direction and unit",
      }),
  })
  .meta({ id: "ReplaceUsageRates" });

export type ReplaceRates = z.infer<typeof replaceRatesSchema>;

/** What one unit costs, from a day on until the next rate of the same kind, direction and unit. */
export interface Rate extends NewRate {
  readonly currency: string;
  readonly effectiveFrom: string;
  /** The first day on which it is no longer good. */
  readonly effectiveUntil: string | undefined;
}

export const rateSchema = z
  .object({
    kind: kindSchema,
    direction: directionSchema,
    unit: unitSchema,
    amount: z.string(),
    currency: z.string(),
    effectiveFrom: z.iso.date(),
    effectiveUntil: z.iso
      .date()
      .nullable()
      .meta({ description: "The first day on which it is no longer good" }),
  })
  .meta({ id: "UsageRate" });

function rateName({ kind, direction, unit }: NewRate): string {
  return `${kind} ${direction} ${unit}`;
}

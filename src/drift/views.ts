// How drift and sweeps look from outside.
import { z } from "@hono/zod-openapi";
import { timestamp } from "../api/api.ts";
import { fieldClassSchema } from "../phone-numbers/field-class.ts";
import { VERDICTS } from "../twilio/verdict.ts";
import { END_REASONS } from "./drift.ts";
import type { NamedDrift } from "./drift-store.ts";
import type { Sweep } from "./sweep.ts";

const fieldSchema = z.object({
  resource: z.enum(["number", "service", "sender"]),
  sid: z.string(),
  field: z.string(),
  wanted: z.string(),
  found: z.string(),
});

export const driftSchema = z
  .object({
    id: z.string(),
    phoneNumber: z.object({ id: z.string(), phoneNumber: z.string() }),
    fieldClass: fieldClassSchema,
    state: z.enum(["open", "ended"]),
    verdict: z.enum(VERDICTS).nullable().meta({
      description: "Who answers instead; null where the agent is reached all the same, or it is no channel",
    }),
    reason: z.string(),
    fields: z.array(fieldSchema).meta({
      description: "As they were last found; an empty string is unset. May be empty where no write would do",
    }),
    openedAt: timestamp,
    alertedAt: timestamp
      .nullable()
      .meta({ description: "When somebody was last told; null while nobody is to know" }),
    foughtAt: timestamp.nullable().meta({
      description: "Since when it is not healed any more, because somebody changed it back three times",
    }),
    endedAt: timestamp.nullable(),
    endReason: z.enum(END_REASONS).nullable(),
  })
  .meta({ id: "Drift", description: "That a class of a number's fields was not as we want it" });

export function driftView(drift: NamedDrift): z.infer<typeof driftSchema> {
  const { id, phoneNumber, fieldClass, verdict, reason, fields, endedAt } = drift;
  return {
    id,
    phoneNumber: { id: phoneNumber.id, phoneNumber: phoneNumber.e164 },
    fieldClass,
    state: endedAt ? "ended" : "open",
    verdict: verdict ?? null,
    reason,
    fields: fields.map((field) => ({ ...field })),
    openedAt: drift.openedAt.toISOString(),
    alertedAt: drift.alertedAt?.toISOString() ?? null,
    foughtAt: drift.foughtAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    endReason: drift.endReason ?? null,
  };
}

const countsSchema = z
  .object({
    listed: z.int().meta({ description: "Numbers in the Twilio account" }),
    compared: z.int().meta({ description: "Imported numbers among them, whoever holds them" }),
    passed: z.int().meta({ description: "Numbers that somebody was changing just then" }),
    vanished: z.int().meta({ description: "Imported numbers that are not in the account any more" }),
    opened: z.int().meta({ description: "Differences that were not known before" }),
    ended: z.int().meta({ description: "Known differences that are gone" }),
    healed: z.int(),
  })
  .meta({ id: "SweepCounts" });

export const sweepSchema = z
  .object({
    accountId: z.string(),
    state: z.enum(["running", "completed", "failed"]),
    startedAt: timestamp,
    endedAt: timestamp.nullable(),
    failure: z.string().nullable(),
    lastCompletedAt: timestamp.nullable(),
    counts: countsSchema.nullable().meta({ description: "Of the last sweep that was completed" }),
  })
  .meta({ id: "Sweep", description: "The last sweep of a Twilio account" });

export function sweepView(sweep: Sweep): z.infer<typeof sweepSchema> {
  const { accountId, startedAt, endedAt, failure, completedAt, counts } = sweep;
  return {
    accountId,
    state: stateOf(sweep),
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    failure: failure ?? null,
    lastCompletedAt: completedAt?.toISOString() ?? null,
    counts: counts ? { ...counts } : null,
  };
}

function stateOf({ endedAt, failure }: Sweep): z.infer<typeof sweepSchema>["state"] {
  if (failure !== undefined) return "failed";
  return endedAt ? "completed" : "running";
}

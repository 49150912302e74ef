// How batches and their numbers look from outside.
import { z } from "@hono/zod-openapi";
import { timestamp } from "../api/api.ts";
import { HEALTHS } from "../phone-numbers/phone-number.ts";
import { changeSchema } from "../phone-numbers/views.ts";
import { VERDICTS } from "../twilio/verdict.ts";
import { BATCH_STATES, type Batch, type BatchIntent, ITEM_STATES } from "./batch.ts";
import type { ListedItem } from "./batch-item-store.ts";
import { secondsLeft } from "./batch-rules.ts";

const countsSchema = z
  .object({
    pending: z.int().meta({ description: "Still to be changed" }),
    running: z.int(),
    done: z.int(),
    unchanged: z.int().meta({ description: "There was nothing to change" }),
    failed: z.int().meta({ description: "Taken back; where that was not possible, the operation says so" }),
    skipped: z.int().meta({ description: "Nothing was written, on purpose; the item's problem says why" }),
    undone: z.int().meta({ description: "Changed, and taken back by a batch that undoes this one" }),
  })
  .meta({ id: "BatchCounts" });

const who = z.object({ userId: z.string(), role: z.string() });

export const batchSchema = z
  .object({
    id: z.string(),
    state: z.enum(BATCH_STATES),
    action: z.enum(["configure", "assign", "unassign", "undo"]),
    chatbotId: z.string().nullable().meta({ description: "With assign" }),
    enableSms: z.boolean(),
    enableWhatsApp: z.boolean(),
    takeover: z.boolean(),
    restore: z.boolean(),
    selection: z.object({
      chatbotId: z.string().nullable(),
      accountId: z.string().nullable(),
      health: z.enum(HEALTHS).nullable(),
      verdict: z.enum(VERDICTS).nullable(),
      search: z.string().nullable(),
    }),
    selected: z.int().meta({ description: "How many numbers were selected" }),
    counts: countsSchema.meta({ description: "Of the numbers that are planned so far" }),
    canarySize: z.int().nullable(),
    failureBudget: z.int().nullable().meta({ description: "How many numbers may fail before it stops" }),
    canaryVerifiedAt: timestamp.nullable(),
    stopped: z
      .object({ reason: z.enum(["canary_failed", "failure_budget"]), detail: z.string() })
      .nullable()
      .meta({ description: "Why it gave up by itself" }),
    perSecond: z.number().nullable().meta({ description: "Numbers a second; null while nothing goes on" }),
    secondsLeft: z.int().nullable().meta({ description: "At this rate" }),
    undoes: z.string().nullable(),
    undoneBy: z.string().nullable(),
    actor: who.meta({ description: "Who planned it" }),
    appliedBy: who.nullable(),
    createdAt: timestamp,
    expiresAt: timestamp.nullable().meta({ description: "Until when the plan can be applied" }),
    appliedAt: timestamp.nullable(),
    endedAt: timestamp.nullable(),
  })
  .meta({ id: "Batch", description: "A plan, and what becomes of it when it is applied" });

export type BatchView = z.infer<typeof batchSchema>;

export function batchView(batch: Batch): BatchView {
  const { id, state, selection, counts, appliedBy, undoes, undoneBy } = batch;
  return {
    id,
    state,
    ...intentView(batch.intent),
    selection: {
      chatbotId: selection.agentId ?? null,
      accountId: selection.accountId ?? null,
      health: selection.health ?? null,
      verdict: selection.verdict ?? null,
      search: selection.search ?? null,
    },
    selected: batch.selectedCount,
    counts,
    canarySize: batch.canarySize ?? null,
    failureBudget: batch.failureBudget ?? null,
    canaryVerifiedAt: batch.canaryVerifiedAt?.toISOString() ?? null,
    stopped: batch.stopped ?? null,
    perSecond: batch.perSecond ?? null,
    secondsLeft: secondsLeft(batch) ?? null,
    undoes: undoes ?? null,
    undoneBy: undoneBy ?? null,
    actor: { ...batch.actor },
    appliedBy: appliedBy ? { userId: appliedBy.userId, role: appliedBy.role } : null,
    createdAt: batch.createdAt.toISOString(),
    expiresAt: batch.expiresAt?.toISOString() ?? null,
    appliedAt: batch.appliedAt?.toISOString() ?? null,
    endedAt: batch.endedAt?.toISOString() ?? null,
  };
}

function intentView(intent: BatchIntent) {
  const { action } = intent;
  return {
    action,
    chatbotId: action === "assign" ? intent.agentId : null,
    enableSms: action === "assign" && intent.channels.sms,
    enableWhatsApp: action === "assign" && intent.channels.whatsapp,
    takeover: "takeover" in intent && intent.takeover,
    restore: action === "unassign" && intent.restore,
  };
}

export const itemSchema = z
  .object({
    phoneNumberId: z.string(),
    phoneNumber: z.string().nullable().meta({ description: "E.164; null once the number is forgotten" }),
    state: z.enum(ITEM_STATES),
    chatbotIdBefore: z.string().nullable().meta({ description: "Who answered when it was planned" }),
    changes: z.array(changeSchema).meta({ description: "What the plan says is written, field by field" }),
    withheld: z
      .array(changeSchema)
      .meta({ description: "What is written as well if no other number relies on the resource by then" }),
    operationId: z.string().nullable(),
    problem: z.object({ code: z.string(), detail: z.string() }).nullable().meta({
      description:
        "Why it was skipped, has failed or has to wait for another; of a done one, what was left as it is",
    }),
  })
  .meta({ id: "BatchItem", description: "One number of a batch" });

export function itemView(item: ListedItem): z.infer<typeof itemSchema> {
  return {
    phoneNumberId: item.phoneNumberId,
    phoneNumber: item.e164 ?? null,
    state: item.state,
    chatbotIdBefore: item.previous?.agentId ?? null,
    changes: item.changes.map((change) => ({ ...change })),
    withheld: item.withheld.map((change) => ({ ...change })),
    operationId: item.operationId ?? null,
    problem: item.problem ?? null,
  };
}

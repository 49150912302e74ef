// How numbers and operations look from outside. A holder of an allocated number sees nothing of the
// operator's account, and nobody sees the internal uid.
import { z } from "@hono/zod-openapi";
import { timestamp } from "../api/api.ts";
import { VERDICTS } from "../twilio/verdict.ts";
import { OPERATION_KINDS, type Operation } from "./operations/operation.ts";
import { HEALTHS, type PhoneNumber } from "./phone-number.ts";
import type { SeenVerdicts } from "./verification/route-verdict-store.ts";

const verdictSchema = z.enum(VERDICTS);
const channelsSchema = z.object({ voice: z.literal(true), sms: z.boolean(), whatsapp: z.boolean() });

export const phoneNumberSchema = z
  .object({
    id: z.string(),
    phoneNumber: z.string().meta({ description: "E.164" }),
    friendlyName: z.string(),
    capabilities: z.object({ voice: z.boolean(), sms: z.boolean(), mms: z.boolean() }),
    status: z.enum(["active", "released"]),
    health: z.enum(HEALTHS),
    chatbotId: z.string().nullable(),
    channels: channelsSchema.nullable(),
    assignedAt: timestamp.nullable(),
    observedAt: timestamp.nullable(),
    openOperationId: z.string().nullable(),
    verdicts: z
      .object({ voice: verdictSchema, sms: verdictSchema, whatsapp: verdictSchema, seenAt: timestamp })
      .nullable()
      .optional()
      .meta({
        description:
          "Who answers, in lists and where one number is asked for; null until a sweep or a verification has seen it since " +
          "it was last changed",
      }),
    accountId: z
      .string()
      .optional()
      .meta({ description: "Only for the organization that operates the account" }),
    holderId: z.string().optional().meta({ description: "Who holds the number; only for the operator" }),
  })
  .meta({ id: "PhoneNumber" });

type PhoneNumberView = z.infer<typeof phoneNumberSchema>;

/** @param verdicts where they were looked up */
export function phoneNumberView(
  number: PhoneNumber,
  viewerOrgId: string,
  verdicts?: ReadonlyMap<string, SeenVerdicts>,
): PhoneNumberView {
  const isHolder = viewerOrgId === number.orgId;
  const assignment = isHolder ? number.assignment : undefined;
  return {
    id: number.id,
    phoneNumber: number.e164,
    friendlyName: number.friendlyName,
    capabilities: { ...number.capabilities },
    status: number.status,
    health: number.health,
    chatbotId: assignment?.agentId ?? null,
    channels: assignment ? { voice: true, ...assignment.channels } : null,
    assignedAt: assignment?.assignedAt.toISOString() ?? null,
    observedAt: number.observedAt?.toISOString() ?? null,
    openOperationId: isHolder ? (number.openOperationId ?? null) : null,
    ...(verdicts ? { verdicts: verdictsView(verdicts.get(number.uid)) } : {}),
    ...(viewerOrgId === number.operatorOrgId ? { accountId: number.accountId, holderId: number.orgId } : {}),
  };
}

function verdictsView(seen: SeenVerdicts | undefined): PhoneNumberView["verdicts"] {
  return seen ? { ...seen, seenAt: seen.seenAt.toISOString() } : null;
}

export const changeSchema = z
  .object({
    resource: z.enum(["number", "service", "sender"]),
    sid: z.string(),
    field: z.string(),
    before: z.string(),
    after: z.string(),
  })
  .meta({ id: "Change", description: "One field in Twilio; an empty string is unset" });

const withheldSchema = z.array(changeSchema).meta({
  description: "What restoring would have written as well, had not other numbers relied on the resource",
});

const resourceSchema = z.object({
  resource: z.enum(["number", "service", "sender"]),
  sid: z.string(),
  fields: z.record(z.string(), z.string()),
});

const phaseSchema = z.enum(["started", "writing", "restoring", "settling", "finished"]);

export const operationSchema = z
  .object({
    id: z.string(),
    kind: z.enum(OPERATION_KINDS),
    undoes: z.string().nullable().meta({ description: "The operation that was taken back" }),
    state: z.enum(["open", "committed", "rolled_back", "refused", "needs_attention"]),
    phase: phaseSchema,
    phases: z
      .array(z.object({ phase: phaseSchema, at: timestamp }))
      .meta({ description: "Each phase that it has come to; restoring is the way back after a failure" }),
    chatbotId: z.string().nullable(),
    takeover: z.boolean(),
    snapshot: z.array(resourceSchema).nullable().meta({ description: "What Twilio had before" }),
    changes: z.array(changeSchema).nullable(),
    withheld: withheldSchema,
    error: z
      .object({
        code: z.string(),
        detail: z.string(),
        twilioCode: z.int().optional(),
        lost: z.array(changeSchema).optional(),
      })
      .nullable(),
    actor: z.object({ userId: z.string(), role: z.string() }),
    requestId: z.string(),
    attempts: z.int().meta({ description: "How often recovery took it up" }),
    createdAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: "Operation" });

export function operationView(operation: Operation): z.infer<typeof operationSchema> {
  const { id, kind, state, phase, intent, snapshot, changes, error, actor, requestId, attempts } = operation;
  return {
    id,
    kind,
    undoes: intent.undoes ?? null,
    state,
    phase,
    phases: operation.phases.map(({ phase: reached, at }) => ({ phase: reached, at: at.toISOString() })),
    chatbotId: intent.agentId ?? null,
    takeover: intent.takeover,
    snapshot: snapshot?.map((config) => ({ ...config, fields: { ...config.fields } })) ?? null,
    changes: changes?.map((change) => ({ ...change })) ?? null,
    withheld: withheldView(operation),
    error: error ? { ...error, lost: error.lost?.map((change) => ({ ...change })) } : null,
    actor,
    requestId,
    attempts,
    createdAt: operation.createdAt.toISOString(),
    finishedAt: operation.finishedAt?.toISOString() ?? null,
  };
}

export const leftSchema = z.object({ code: z.string(), detail: z.string() }).nullable().meta({
  description:
    "Why something was left as it is: a WhatsApp sender that is offline, while calls and SMS are configured",
});

export const operationRefSchema = z.object({ id: z.string(), changes: z.array(changeSchema) });

/** What the answer to a change says of its operation. */
export function operationRefView({ id, changes }: Operation): z.infer<typeof operationRefSchema> {
  return { id, changes: (changes ?? []).map((change) => ({ ...change })) };
}

export const unassignmentRefSchema = operationRefSchema.extend({ withheld: withheldSchema });

/** The same for an unassignment, the one change that may leave something as it is. */
export function unassignmentRefView(operation: Operation): z.infer<typeof unassignmentRefSchema> {
  return { ...operationRefView(operation), withheld: withheldView(operation) };
}

function withheldView({ withheld = [] }: Operation): z.infer<typeof withheldSchema> {
  return withheld.map((change) => ({ ...change }));
}

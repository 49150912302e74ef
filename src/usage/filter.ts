// Which usage: a range of days, and what reports and exports can be narrowed to.
import { z } from "zod";
import { agentChoice, agentsChosen } from "../agents/agent-choice.ts";
import { callerChosenIdSchema } from "../base/caller-chosen-id.ts";
import type { UsageKind } from "../db/tables/usage.ts";
import type { Direction } from "../traffic/traffic-report.ts";
import { daySchema } from "./day.ts";
import { directionSchema, kindSchema } from "./kind.ts";

export interface UsageFilter {
  /** The first and the last day, both included. */
  readonly from: string;
  readonly to: string;
  readonly agentId?: string | undefined;
  readonly phoneNumberId?: string | undefined;
  readonly kind?: UsageKind | undefined;
  readonly direction?: Direction | undefined;
}

export const filterQuery = z.object({
  from: daySchema,
  to: daySchema.meta({ description: "The last day, included; UTC" }),
  ...agentChoice,
  phoneNumberId: callerChosenIdSchema.optional(),
  kind: kindSchema.optional(),
  direction: directionSchema.optional(),
});

type FilterQuery = z.infer<typeof filterQuery>;

/** What the members say together. */
export function checkFilter(query: FilterQuery, context: z.RefinementCtx): void {
  const refuse = (member: keyof FilterQuery, message: string) =>
    context.addIssue({ code: "custom", path: [member], message });
  if (query.from > query.to) refuse("to", "Not before from");
  if (agentsChosen(query) > 1) refuse("chatbotId", "Give chatbotId or agentId, which is the same; not both");
}

export function usageFilter({ chatbotId, agentId, ...filter }: FilterQuery): UsageFilter {
  return { ...filter, agentId: chatbotId ?? agentId };
}

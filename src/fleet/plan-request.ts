import { z } from "zod";
import { agentChoice, agentsChosen, ONE_AGENT } from "../agents/agent-choice.ts";
import { HEALTHS, phoneNumberIdSchema } from "../phone-numbers/phone-number.ts";
import { VERDICTS } from "../twilio/verdict.ts";

const MAX_NUMBERS = 10_000;

const selectionSchema = z
  .strictObject({
    all: z.literal(true).optional().meta({ description: "All numbers; the other members select some" }),
    ...agentChoice,
    accountId: z.string().min(1).max(200).optional(),
    health: z.enum(HEALTHS).optional(),
    verdict: z.enum(VERDICTS).optional().meta({ description: "Who answers, on one channel at least" }),
    search: z.string().min(1).max(100).optional(),
    phoneNumberIds: z.array(phoneNumberIdSchema).min(1).max(MAX_NUMBERS).optional(),
  })
  .refine((selection) => agentsChosen(selection) <= 1, ONE_AGENT)
  .superRefine(({ all, phoneNumberIds, ...filter }, context) => {
    const ways = [all, phoneNumberIds, Object.values(filter).find((value) => value !== undefined)];
    if (ways.filter((way) => way !== undefined).length === 1) return;
    const message =
      "Give all: true, or phoneNumberIds, or at least one of chatbotId, accountId, health, verdict, search";
    context.addIssue({ code: "custom", message });
  })
  .meta({ id: "Selection", description: "Which of the organization's numbers" });

/** What each action takes besides the selection. */
const MEMBERS = {
  configure: [],
  assign: ["chatbotId", "agentId", "enableSms", "enableWhatsApp", "takeover"],
  unassign: ["restore"],
} as const;

export const planSchema = z
  .strictObject({
    action: z.enum(["configure", "assign", "unassign"]).default("configure").meta({
      description:
        "configure: write again what should be. assign: to chatbotId. unassign: from their agents.",
    }),
    ...agentChoice,
    enableSms: z.boolean().optional(),
    enableWhatsApp: z.boolean().optional(),
    takeover: z.boolean().optional().meta({ description: "As for a single number; needs the role admin" }),
    restore: z
      .boolean()
      .optional()
      .meta({ description: "With unassign: put back what stood in Twilio before us" }),
    selection: selectionSchema,
  })
  .superRefine(({ action, selection: _selection, ...members }, context) => {
    const allowed: readonly string[] = MEMBERS[action];
    for (const [name, value] of Object.entries(members)) {
      if (value === undefined || allowed.includes(name)) continue;
      context.addIssue({ code: "custom", path: [name], message: `Not with action ${action}` });
    }
    if (action === "assign" && agentsChosen(members) !== 1)
      context.addIssue({ code: "custom", path: [...ONE_AGENT.path], message: ONE_AGENT.error });
  })
  .meta({ id: "PlanBatch" });

import { z } from "zod";
import { agentChoice, agentsChosen, ONE_AGENT } from "../../agents/agent-choice.ts";
import { phoneNumberIdSchema } from "../phone-number.ts";

export const assignSchema = z
  .strictObject({
    phoneNumberId: phoneNumberIdSchema,
    ...agentChoice,
    enableSms: z.boolean().optional(),
    enableWhatsApp: z.boolean().optional(),
    takeover: z.boolean().optional().meta({
      description:
        "Take over what shadows the number, another deployment's webhooks or another agent's assignment; needs the role admin.",
    }),
  })
  .refine((input) => agentsChosen(input) === 1, ONE_AGENT)
  .meta({ id: "AssignPhoneNumber" });

import { z } from "zod";
import { fieldClassSchema } from "../phone-numbers/field-class.ts";
import { phoneNumberIdSchema } from "../phone-numbers/phone-number.ts";
import { POLICIES } from "./policy.ts";

const MAX_SET = 200;

const setSchema = z
  .strictObject({
    phoneNumberId: phoneNumberIdSchema.optional(),
    accountId: z.string().min(1).max(200).optional(),
    fieldClass: fieldClassSchema.optional(),
    policy: z
      .enum(POLICIES)
      .nullable()
      .meta({
        description:
          "observe: it is listed. alert: and an alert is raised. heal: what is wanted is written again. ignore: it is neither " +
          "listed nor held against the number's health. null: as if none had been set.",
      }),
  })
  .refine(({ phoneNumberId, accountId }) => phoneNumberId === undefined || accountId === undefined, {
    message: "Give phoneNumberId or accountId, or neither for all numbers",
    path: ["accountId"],
  })
  .meta({ id: "SetDriftPolicy" });

export const setPoliciesSchema = z.strictObject({ policies: z.array(setSchema).min(1).max(MAX_SET) });

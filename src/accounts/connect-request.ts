import { z } from "zod";
import { ACCOUNT_SID, API_KEY_SID } from "../twilio/sid.ts";

export const accountSidSchema = z.string().regex(ACCOUNT_SID, "AC and 32 hexadecimal digits");
const secret = z.string().min(1).max(256);

export const connectSchema = z
  .strictObject({
    accountSid: accountSidSchema,
    authToken: secret,
    apiKey: z
      .strictObject({ sid: z.string().regex(API_KEY_SID, "SK and 32 hexadecimal digits"), secret })
      .optional()
      .meta({
        description:
          "Used for requests, which without it use the auth token; that is needed all the same, because it signs webhooks.",
      }),
  })
  .meta({ id: "ConnectAccount" });

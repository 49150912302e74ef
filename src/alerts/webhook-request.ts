import { z } from "zod";
import { endpointUrlSchema } from "../outbound/endpoint-url.ts";

export const putWebhookSchema = z
  .strictObject({
    url: endpointUrlSchema,
    rotateSecret: z
      .boolean()
      .optional()
      .meta({ description: "Make a new secret; the one before signs along for 24 hours" }),
  })
  .meta({ id: "PutAlertWebhook" });

export type PutWebhook = z.infer<typeof putWebhookSchema>;

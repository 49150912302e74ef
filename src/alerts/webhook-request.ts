import { z } from "zod";

export const putWebhookSchema = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: "A URL that begins with https://" }).max(2_000),
    rotateSecret: z
      .boolean()
      .optional()
      .meta({ description: "Make a new secret; the one before signs along for 24 hours" }),
  })
  .meta({ id: "PutAlertWebhook" });

export type PutWebhook = z.infer<typeof putWebhookSchema>;

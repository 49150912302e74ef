// How an agent answers a message.
import { z } from "zod";
import { endpointUrlSchema } from "../outbound/endpoint-url.ts";

const replyText = z.string().min(1).max(1_600);

export const messageAnswerSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("reply"), text: replyText }),
    z.strictObject({
      kind: z.literal("webhook"),
      url: endpointUrlSchema,
      fallbackText: replyText.optional().meta({
        description: "Sent, once a message, when the endpoint fails; by default nothing is",
      }),
    }),
    z.strictObject({ kind: z.literal("none") }),
  ])
  .meta({ id: "MessageAnswer" });

export type MessageAnswer = z.infer<typeof messageAnswerSchema>;

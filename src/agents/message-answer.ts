// How an agent answers a message.
import { z } from "zod";

const replyText = z.string().min(1).max(1_600);

export const messageAnswerSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("reply"), text: replyText }),
    z.strictObject({
      kind: z.literal("webhook"),
      url: z.url({ protocol: /^https?$/, error: "A URL that begins with https://" }).max(2_000),
      fallbackText: replyText.optional().meta({
        description: "Sent, once a message, when the endpoint fails; by default nothing is",
      }),
    }),
    z.strictObject({ kind: z.literal("none") }),
  ])
  .meta({ id: "MessageAnswer" });

export type MessageAnswer = z.infer<typeof messageAnswerSchema>;

import { z } from "zod";
import { CALLER_CHOSEN_ID } from "../base/ids.ts";

/** How an agent answers a call. */
export const voiceAnswerSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("say"),
      text: z.string().min(1).max(4_096),
      /** BCP 47, such as en-US. */
      language: z.string().min(2).max(35).default("en-US"),
      /** A voice of Twilio's <Say>, such as Polly.Joanna. */
      voice: z.string().min(1).max(100).optional(),
    }),
    z.strictObject({ kind: z.literal("reject"), reason: z.enum(["busy", "rejected"]).default("rejected") }),
  ])
  .meta({ id: "VoiceAnswer" });

/** How an agent answers a message. */
export const messageAnswerSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("reply"), text: z.string().min(1).max(1_600) }),
    z.strictObject({ kind: z.literal("none") }),
  ])
  .meta({ id: "MessageAnswer" });

export type VoiceAnswer = z.infer<typeof voiceAnswerSchema>;
export type MessageAnswer = z.infer<typeof messageAnswerSchema>;

export const agentIdSchema = z.string().regex(CALLER_CHOSEN_ID, "1 to 128 of A-Z a-z 0-9 _ . : -");

export const createAgentSchema = z
  .strictObject({
    id: agentIdSchema.optional(),
    name: z.string().trim().min(1).max(200),
    voice: voiceAnswerSchema.optional(),
    messaging: messageAnswerSchema.optional(),
  })
  .meta({ id: "CreateAgent" });

export const changeAgentSchema = createAgentSchema.omit({ id: true }).partial().meta({ id: "ChangeAgent" });

export type CreateAgent = z.infer<typeof createAgentSchema>;
export type ChangeAgent = z.infer<typeof changeAgentSchema>;

/** What answers calls and messages; `chatbot` in the API of the assignment. */
export interface Agent {
  readonly orgId: string;
  readonly id: string;
  readonly name: string;
  readonly voice: VoiceAnswer;
  readonly messaging: MessageAnswer;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

import { z } from "zod";
import { callerChosenIdSchema } from "../base/caller-chosen-id.ts";
import type { MessageAnswer } from "./message-answer.ts";
import { messageAnswerSchema } from "./message-answer.ts";
import type { VoiceAnswer } from "./voice-answer.ts";
import { voiceAnswerSchema } from "./voice-answer.ts";

export const agentIdSchema = callerChosenIdSchema;

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

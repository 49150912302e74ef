// How a request names an agent: as `chatbotId`, or as `agentId`, which is the same.
import { agentIdSchema } from "./agent.ts";

export const agentChoice = {
  chatbotId: agentIdSchema.optional(),
  agentId: agentIdSchema.optional().meta({ description: "The same as chatbotId" }),
};

/** How many of the two names a request uses; with both it could mean two agents. */
export function agentsChosen(input: {
  chatbotId?: string | undefined;
  agentId?: string | undefined;
}): number {
  return [input.chatbotId, input.agentId].filter((id) => id !== undefined).length;
}

/** The problem of a request that names none, or two. */
export const ONE_AGENT = {
  path: ["chatbotId"],
  // Not as message, which zod takes out of the object that it is given.
  error: "Give chatbotId (or agentId, which is the same; not both)",
};

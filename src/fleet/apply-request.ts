import { z } from "zod";

export const applySchema = z
  .strictObject({
    canarySize: z.int().min(0).max(1_000_000).optional().meta({
      description: "How many numbers go first; 1 % unless set, and at least 1. 0: none.",
    }),
    failureBudget: z.int().min(0).max(1_000_000).optional().meta({
      description: "How many numbers may fail before it stops; 5 % unless set, and at least 5",
    }),
  })
  .meta({ id: "ApplyBatch" });

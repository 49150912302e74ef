import { z } from "zod";

/** What a caller may choose as the id of an agent or a number: 1 to 128 characters that need no escaping in a URL. */
export const CALLER_CHOSEN_ID = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;

export const callerChosenIdSchema = z
  .string()
  // By itself, so that who has chosen nothing is told that something is missing.
  .min(1, { abort: true })
  .regex(CALLER_CHOSEN_ID, "1 to 128 of A-Z a-z 0-9 _ . : -");

// What better-auth takes from people's forms, as far as it can be said before it is asked: its own schemas stay inside it.
import { z } from "zod";

export const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 128;
export const MAX_KEY_NAME_LENGTH = 32;

const required = z.string().trim().min(1);

export const signUpSchema = z.object({
  name: required,
  email: z.email(),
  password: z.string().min(MIN_PASSWORD_LENGTH).max(MAX_PASSWORD_LENGTH),
});

export const inviteSchema = z.object({ email: z.email() });

export const createKeySchema = z.object({ name: required.max(MAX_KEY_NAME_LENGTH) });

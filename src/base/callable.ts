// Whom a call or a message goes to, as a request names them.
import { z } from "zod";

export const e164Schema = z.string().regex(/^\+[1-9]\d{1,14}$/, "E.164, such as +14155550123");

const sipUriSchema = z
  .string()
  .regex(/^sips?:[^\s@]+@[^\s@]+$/)
  .max(255);

export const callableSchema = z.union([e164Schema, sipUriSchema], {
  error: "E.164, such as +14155550123, or a SIP URI of up to 255 characters, such as sip:desk@example.com",
});

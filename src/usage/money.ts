// Amounts are decimal texts, in JSON as in TypeScript, and numeric in SQL, which does all arithmetic: never a float.
import { z } from "zod";

/** What a column of type numeric(18, 9) holds. */
export const rateAmountSchema = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'A decimal number as text, with at most 9 decimals, such as "0.0085"');

export const currencySchema = z.string().regex(/^[A-Z]{3}$/, "ISO 4217 in upper case, such as USD");

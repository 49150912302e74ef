import { z } from "zod";

export const moneySchema = z
  .object({
    amount: z.string().meta({ description: "An exact decimal, such as 0.0085" }),
    currency: z.string().meta({ description: "ISO 4217, such as USD" }),
  })
  .meta({ id: "Money" });

/** An exact amount: a decimal as text, such as 0.0085, and its currency, such as USD. */
export type Money = Readonly<z.infer<typeof moneySchema>>;

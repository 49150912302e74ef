/** An exact amount: a decimal as text, such as 0.0085, and its currency, such as USD. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

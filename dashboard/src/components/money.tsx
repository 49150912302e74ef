import type { Schemas } from "../api/client.ts";

/** An exact amount, in the reader's notation. A call costs fractions of a cent, so up to six digits are shown. */
export function Money({ value }: { readonly value: Schemas["Money"] | null }) {
  if (!value) return <span className="number">–</span>;
  return <span className="number">{formatMoney(value)}</span>;
}

export function formatMoney({ amount, currency }: Schemas["Money"]): string {
  const format = new Intl.NumberFormat(undefined, {
    style: "currency",
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  });
  return format.format(Number(amount));
}

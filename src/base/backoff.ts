/** How long to wait before an attempt that follows `failures` failed ones in a row (1 or more). */
export function backoffMs(
  failures: number,
  random: number,
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
): number {
  // Full jitter: what failed for every node at once must not be asked by all of them at once again.
  return random * Math.min(maxMs, firstMs * 2 ** (failures - 1));
}

// What is too much for one statement: done in slices, each of which is over in a moment and locks little.

export interface Slicing {
  readonly size: number;
  /** However much is left: the next run goes on. */
  readonly maxSlices: number;
}

/** @param slice does at most so much, and says how much that was @returns how much it was altogether */
export async function inSlices(
  { size, maxSlices }: Slicing,
  slice: (size: number) => Promise<number>,
): Promise<number> {
  let total = 0;
  for (let slices = 0; slices < maxSlices; slices++) {
    const count = await slice(size);
    total += count;
    if (count < size) break;
  }
  return total;
}

// How what an earlier secret has encrypted comes to be encrypted with the current one, so that the earlier one can be
// dropped. See vault.ts.
import type { Vault } from "./vault.ts";

const PAGE = 500;

/** Rows that have something sealed in them. */
export interface SealedRows<Row> {
  /** Those that follow `last` in their order, or the first ones. */
  listAfter(last: Row | undefined, limit: number): Promise<readonly Row[]>;
  sealedIn(row: Row): string;
  /** What it is sealed for. */
  ownerOf(row: Row): string;
  /** Unless somebody has changed the row meanwhile. */
  replace(row: Row, sealed: string): Promise<void>;
}

/** @returns how many were sealed again */
export async function resealAll<Row>(vault: Vault, rows: SealedRows<Row>): Promise<number> {
  let resealed = 0;
  for (let page = await rows.listAfter(undefined, PAGE); page.length > 0; ) {
    for (const row of page.filter((candidate) => vault.needsResealing(rows.sealedIn(candidate)))) {
      const sealed = sealedAgain(vault, rows.ownerOf(row), rows.sealedIn(row));
      if (sealed === undefined) continue;
      await rows.replace(row, sealed);
      resealed++;
    }
    page = await rows.listAfter(page.at(-1), PAGE);
  }
  return resealed;
}

/** Undefined for what no secret that is known opens: it stays as it is. */
function sealedAgain(vault: Vault, owner: string, sealed: string): string | undefined {
  try {
    return vault.seal(vault.open(sealed, owner), owner);
  } catch {
    return undefined;
  }
}

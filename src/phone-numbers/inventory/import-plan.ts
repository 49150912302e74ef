// Pure: what a page of an account's numbers means for what we know.
import { isDeepStrictEqual } from "node:util";
import { AppError } from "../../base/errors.ts";
import type { ImportedNumber, InventoryOwner, InventoryRow } from "./inventory-store.ts";

export interface ImportPlan {
  readonly added: readonly ImportedNumber[];
  readonly updated: readonly (ImportedNumber & Pick<InventoryRow, "uid"> & { readonly isMoved: boolean })[];
  /** The uids of records that another account had of these numbers. */
  readonly left: readonly string[];
  readonly unchangedCount: number;
}

/**
 * @param known what we know of these numbers, and of others
 * @throws AppError `id_taken` when another organization operates one of them
 */
export function planImport(
  owner: InventoryOwner,
  listed: readonly ImportedNumber[],
  known: readonly InventoryRow[],
): ImportPlan {
  const here = new Map(
    known.filter((row) => row.accountSid === owner.accountSid).map((row) => [row.e164, row]),
  );
  const elsewhere = new Map(
    known.filter((row) => row.accountSid !== owner.accountSid).map((row) => [row.sid, row]),
  );
  const added: ImportedNumber[] = [];
  const updated: ImportPlan["updated"][number][] = [];
  const left: string[] = [];
  for (const number of listed) {
    const [own, others] = [here.get(number.e164), elsewhere.get(number.sid)];
    // Several organizations may hold an account's credentials; each of its numbers has one operator.
    if (own && own.operatorOrgId !== owner.orgId) throw operatedElsewhere(number);
    const isOurs = others?.operatorOrgId === owner.orgId;
    // It has left the other account, whoever runs that; only our own record may follow it here.
    if (others && (!isOurs || own)) left.push(others.uid);
    const row = own ?? (isOurs ? others : undefined);
    if (!row) added.push(number);
    else if (!isUnchanged(row, number, owner))
      updated.push({ ...number, uid: row.uid, isMoved: row === others });
  }
  return { added, updated, left, unchangedCount: listed.length - added.length - updated.length };
}

function isUnchanged(row: InventoryRow, number: ImportedNumber, owner: InventoryOwner): boolean {
  return (
    row.status === "active" &&
    row.accountSid === owner.accountSid &&
    row.sid === number.sid &&
    row.friendlyName === number.friendlyName &&
    isDeepStrictEqual(row.capabilities, number.capabilities)
  );
}

function operatedElsewhere({ e164 }: ImportedNumber): AppError {
  return new AppError("id_taken", {
    detail:
      `Another organization here has connected this Twilio account as well, and operates ${e164}. Ask it to allocate ` +
      "the number to you. Nothing was imported.",
    extensions: { phoneNumber: e164 },
  });
}

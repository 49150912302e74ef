// Which numbers a batch is about, a page at a time. Only ever those that its organization holds.
import { sql } from "kysely";
import { chunksOf } from "../base/chunks.ts";
import type { Db } from "../db/connect.ts";
import type { NumberFilter } from "../phone-numbers/inventory/number-filter.ts";
import { countByAccount, listPhoneNumbers } from "../phone-numbers/inventory/number-list-store.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import type { Batch, BatchIntent, BatchItem, Selection } from "./batch.ts";
import { type ChangedNumber, listChangedNumbers } from "./batch-item-store.ts";

export interface SelectedNumber {
  readonly number: PhoneNumber;
  /** The operation on it that is to be taken back. */
  readonly undoes?: string | undefined;
}

/** One that was changed, and that the organization does not hold any more. */
export type LostNumber = Pick<BatchItem, "phoneNumberUid" | "phoneNumberId" | "undoes">;

export interface SelectedPage {
  readonly numbers: readonly SelectedNumber[];
  readonly lost: readonly LostNumber[];
  /** Where the next page begins; undefined after the last. */
  readonly through: string | undefined;
}

type SelectingBatch = Pick<Batch, "orgId" | "intent" | "selection" | "undoes">;

/** A statement takes 65,535 parameters. */
const IDS_AT_ONCE = 10_000;

/** What of a selection an action is about. Numbers that are named are all taken, and told about one by one. */
export function filterFor({ action }: BatchIntent, selection: Selection): NumberFilter {
  if (action === "assign") return { ...selection, status: "active" };
  // One that is gone from Twilio can still be taken from its agent.
  if (action === "unassign") return { ...selection, assigned: true };
  return { ...selection, status: "active", assigned: true };
}

/** The numbers after those that are planned already. */
export async function selectNumbers(
  db: Db,
  batch: SelectingBatch,
  plannedThrough: string,
  numberIds: readonly string[] | undefined,
  limit: number,
): Promise<SelectedPage> {
  const { orgId, intent, selection, undoes } = batch;
  if (undoes !== undefined) return selectChanged(db, orgId, undoes, plannedThrough, limit);
  if (numberIds) return selectNamed(db, orgId, numberIds, Number(plannedThrough), limit);
  const filter = filterFor(intent, selection);
  const page = await listPhoneNumbers(db, orgId, { ...filter, afterId: plannedThrough, limit });
  return {
    numbers: page.map((number) => ({ number })),
    lost: [],
    through: page.length < limit ? undefined : page.at(-1)?.id,
  };
}

/** How many numbers of each of the organization's own accounts; none where what is planned is an undo. */
export async function countSelected(
  db: Db,
  { orgId, intent, selection, undoes }: SelectingBatch,
  numberIds: readonly string[] | undefined,
): Promise<ReadonlyMap<string, number>> {
  if (undoes !== undefined) return new Map();
  if (!numberIds) return countByAccount(db, orgId, filterFor(intent, selection));
  const total = new Map<string, number>();
  for (const ids of chunksOf(numberIds, IDS_AT_ONCE)) {
    for (const [accountId, count] of await countByAccount(db, orgId, { ids })) {
      total.set(accountId, (total.get(accountId) ?? 0) + count);
    }
  }
  return total;
}

/** Of the numbers of an account that have these SIDs those that are selected. */
export async function selectListed(
  db: Db,
  { orgId, intent, selection }: SelectingBatch,
  named: ReadonlySet<string> | undefined,
  accountId: string,
  sids: readonly string[],
): Promise<readonly SelectedNumber[]> {
  // An account that the selection names itself is the only one that is listed.
  const filter = { ...(named ? {} : filterFor(intent, selection)), accountId, sids };
  const listed = await listPhoneNumbers(db, orgId, { ...filter, afterId: "", limit: sids.length });
  return listed.filter(({ id }) => named?.has(id) ?? true).map((number) => ({ number }));
}

/** A number that has changed hands since it was named is nobody's business any more, and is left out. */
async function selectNamed(
  db: Db,
  orgId: string,
  numberIds: readonly string[],
  start: number,
  limit: number,
): Promise<SelectedPage> {
  const ids = numberIds.slice(start, start + limit);
  if (ids.length === 0) return { numbers: [], lost: [], through: undefined };
  const numbers = await listPhoneNumbers(db, orgId, { ids, afterId: "", limit });
  const end = start + ids.length;
  return {
    numbers: numbers.map((number) => ({ number })),
    lost: [],
    through: end < numberIds.length ? String(end) : undefined,
  };
}

async function selectChanged(
  db: Db,
  orgId: string,
  undoes: string,
  plannedThrough: string,
  limit: number,
): Promise<SelectedPage> {
  const beforePosition = plannedThrough === "" ? LAST : Number(plannedThrough);
  const changed = await listChangedNumbers(db, orgId, undoes, { beforePosition, limit });
  const ids = changed.flatMap(({ heldId }) => heldId ?? []);
  const held = ids.length === 0 ? [] : await listPhoneNumbers(db, orgId, { ids, afterId: "", limit });
  const byUid = new Map(held.map((number) => [number.uid, number]));
  return {
    numbers: changed.flatMap(({ phoneNumberUid, operationId }) => {
      const number = byUid.get(phoneNumberUid);
      return number ? [{ number, undoes: operationId }] : [];
    }),
    lost: changed.filter(({ phoneNumberUid }) => !byUid.has(phoneNumberUid)).map(lostNumber),
    through: changed.length < limit ? undefined : String(changed.at(-1)?.position),
  };
}

function lostNumber({ phoneNumberUid, phoneNumberId, operationId }: ChangedNumber): LostNumber {
  return { phoneNumberUid, phoneNumberId, undoes: operationId };
}

/** PostgreSQL's greatest integer. */
const LAST = 2_147_483_647;

/** The ids that a selection named; undefined for any other selection. */
export async function findNumberIds(db: Db, batchId: string): Promise<readonly string[] | undefined> {
  const row = await db
    .selectFrom("batch")
    .select(sql<readonly string[] | null>`number_ids`.as("ids"))
    .where("id", "=", batchId)
    .executeTakeFirst();
  return row?.ids ?? undefined;
}

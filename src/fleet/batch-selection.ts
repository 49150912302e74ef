// Which numbers a batch is about, a page at a time. Only ever those that its organization holds.
import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import { listPhoneNumbers, type NumberFilter } from "../phone-numbers/phone-number-store.ts";
import type { Batch, BatchIntent, Selection } from "./batch.ts";
import { listChangedNumbers } from "./batch-item-store.ts";

export interface SelectedNumber {
  readonly number: PhoneNumber;
  /** The operation on it that is to be taken back. */
  readonly undoes?: string | undefined;
}

export interface SelectedPage {
  readonly numbers: readonly SelectedNumber[];
  /** Where the next page begins; undefined after the last. */
  readonly through: string | undefined;
}

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
  batch: Pick<Batch, "orgId" | "intent" | "selection" | "undoes">,
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
    through: page.length < limit ? undefined : page.at(-1)?.id,
  };
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
  if (ids.length === 0) return { numbers: [], through: undefined };
  const numbers = await listPhoneNumbers(db, orgId, { ids, afterId: "", limit });
  const end = start + ids.length;
  return {
    numbers: numbers.map((number) => ({ number })),
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
  if (changed.length === 0) return { numbers: [], through: undefined };
  const ids = changed.map(({ phoneNumberId }) => phoneNumberId);
  const held = await listPhoneNumbers(db, orgId, { ids, afterId: "", limit });
  const byId = new Map(held.map((number) => [number.id, number]));
  return {
    numbers: changed.flatMap(({ phoneNumberId, operationId }) => {
      const number = byId.get(phoneNumberId);
      return number ? [{ number, undoes: operationId ?? undefined }] : [];
    }),
    through: changed.length < limit ? undefined : String(changed.at(-1)?.position),
  };
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

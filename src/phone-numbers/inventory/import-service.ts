// Imports the numbers that an account has at Twilio. Never changes anything there.
import type { Transaction } from "kysely";
import type { IncomingPhoneNumberInstance } from "twilio/lib/rest/api/v2010/account/incomingPhoneNumber.js";
import { findAccount, lockAccount, type SealedAccount } from "../../accounts/account-store.ts";
import { type CredentialsDeps, clientFor } from "../../accounts/twilio-clients.ts";
import { appendAudit } from "../../audit/audit-service.ts";
import { type Actor, requireRole } from "../../auth/actor.ts";
import { chunksOf } from "../../base/chunks.ts";
import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import { newId, newUuid } from "../../base/ids.ts";
import type { Db } from "../../db/connect.ts";
import { repeatOnDeadlock } from "../../db/deadlocks.ts";
import { isUniqueViolation } from "../../db/sql-errors.ts";
import type { Tables } from "../../db/tables.ts";
import { problemFromTwilio } from "../../twilio/twilio-error.ts";
import { findPhoneNumbersByUid, lockPhoneNumbersByUid } from "../number-group-store.ts";
import type { PhoneNumber } from "../phone-number.ts";
import { findHeldIds } from "../phone-number-store.ts";
import { findGone } from "./gone-numbers.ts";
import { planImport } from "./import-plan.ts";
import {
  findKnownNumbers,
  type ImportedNumber,
  type InventoryOwner,
  insertNumbers,
  listUnlistedNumbers,
  releaseNumbers,
  updateImportedNumbers,
} from "./inventory-store.ts";

export interface ImportDeps extends CredentialsDeps {
  readonly clock: Clock;
}

export interface ImportNumbers {
  readonly accountId: string;
  /** Ids of the caller's choice, by E.164 number; numbers without one get a new id. Known numbers keep theirs. */
  readonly ids?: Readonly<Record<string, string>> | undefined;
}

export interface ImportResult {
  readonly imported: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Numbers that came here from another account of the organization. */
  readonly moved: number;
  /** Numbers that are gone from the account. Of many thousands, the next import or sweep finds the rest. */
  readonly released: number;
  /** Numbers of `ids` that did not get theirs: they are not in the account, or had another id before. */
  readonly unusedIds: readonly string[];
}

const PAGE_SIZE = 1_000;
const MAX_NUMBERS = 1_000_000;
/** Each is asked for by itself, and somebody waits for the answer. */
const MAX_GONE = 1_000;

/**
 * Imports an account's numbers. Doing it again changes only what has changed in Twilio. New numbers are unassigned, and
 * their configuration in Twilio stays as it is.
 *
 * @throws AppError `forbidden`, `account_not_found`, `id_taken`, `twilio_…`; nothing is imported then
 */
export async function importNumbers(
  deps: ImportDeps,
  actor: Actor,
  input: ImportNumbers,
): Promise<ImportResult> {
  requireRole(actor, "admin");
  const account = await findAccount(deps.db, actor.orgId, input.accountId);
  if (!account) throw new AppError("account_not_found");
  const found = await readFromTwilio(deps, account);
  const owner = { orgId: actor.orgId, accountId: account.id, accountSid: account.sid };
  const inOne = async (tx: Transaction<Tables>) => {
    // One import of an account at a time: two would insert the same new numbers.
    await lockAccount(tx, account.id);
    const result = await reconcile(tx, owner, found, input.ids ?? {}, deps.clock.now());
    await appendAudit(tx, deps.clock, actor, {
      action: "phone_number.import",
      target: { type: "twilio_account", id: account.id },
      before: null,
      after: { ...result, unusedIds: [...result.unusedIds] },
      outcome: "committed",
    });
    return result;
  };
  // Locks of pages are taken one after the other, in Twilio's order, so others that lock several numbers may meet them.
  const importing = repeatOnDeadlock(() => deps.db.transaction().execute(inOne));
  return importing.catch((error: unknown) => {
    throw isUniqueViolation(error) ? takenMeanwhile(error) : error;
  });
}

function idTaken(id: string): AppError {
  return new AppError("id_taken", {
    detail: `The id ${id} is another number's already. Nothing was imported.`,
    extensions: { phoneNumberId: id },
  });
}

/** Somebody was faster, or two numbers were to have the same id. */
function takenMeanwhile(cause: unknown): AppError {
  return new AppError("id_taken", {
    detail:
      "One of the chosen ids is given to two numbers, or has been taken meanwhile. Nothing was imported; choose each id " +
      "once, and try again.",
    cause,
  });
}

/** What there is in Twilio, and what is not there any more. */
interface Found {
  readonly listed: readonly ImportedNumber[];
  readonly gone: readonly PhoneNumber[];
}

async function readFromTwilio(deps: ImportDeps, account: SealedAccount): Promise<Found> {
  try {
    const client = clientFor(deps, account);
    const begunAt = deps.clock.now();
    const numbers = await client.sdk.incomingPhoneNumbers.list({ pageSize: PAGE_SIZE, limit: MAX_NUMBERS });
    // Pages are a moving window: a number bought or released meanwhile may show up on two of them, or on none.
    const listed = [...new Map(numbers.map((number) => [number.sid, listedNumber(number)])).values()];
    const listing = { sids: listed.map(({ sid }) => sid), begunAt };
    const unlisted = await listUnlistedNumbers(deps.db, account.id, listing, MAX_GONE);
    return { listed, gone: await findGone(client, await findPhoneNumbersByUid(deps.db, unlisted)) };
  } catch (error) {
    throw problemFromTwilio(error);
  }
}

function listedNumber({
  sid,
  phoneNumber,
  friendlyName,
  capabilities,
}: IncomingPhoneNumberInstance): ImportedNumber {
  const { voice, sms, mms } = capabilities;
  return {
    sid,
    e164: phoneNumber,
    friendlyName,
    capabilities: { voice, sms, mms },
  };
}

async function reconcile(
  tx: Db,
  owner: InventoryOwner,
  { listed, gone }: Found,
  ids: Readonly<Record<string, string>>,
  now: Date,
): Promise<ImportResult> {
  const counts = { imported: 0, updated: 0, unchanged: 0, moved: 0 };
  const unused = new Set(Object.keys(ids));
  for (const page of chunksOf(listed, PAGE_SIZE)) {
    const known = await findKnownNumbers(tx, owner.accountSid, page);
    const plan = planImport(owner, page, known);
    for (const { e164 } of plan.added) unused.delete(e164);
    for (const { e164, id } of known) if (ids[e164] === id) unused.delete(e164);
    const free = await lockFree(tx, [...plan.left, ...plan.updated.map(({ uid }) => uid)]);
    const updated = plan.updated.filter(({ uid }) => free.has(uid));
    const moved = updated.filter(({ isMoved }) => isMoved).length;
    await releaseNumbers(
      tx,
      plan.left.filter((uid) => free.has(uid)),
      now,
    );
    await updateImportedNumbers(tx, owner, updated, now);
    await addNumbers(tx, owner, plan.added, ids, now);
    counts.imported += plan.added.length;
    counts.moved += moved;
    counts.updated += updated.length - moved;
    counts.unchanged += plan.unchangedCount + plan.updated.length - updated.length;
  }
  return { ...counts, released: await releaseGone(tx, gone, now), unusedIds: [...unused] };
}

/** Locks numbers. @returns those that nobody is changing: whoever does has read them as they are, and the next import comes */
async function lockFree(tx: Db, uids: readonly string[]): Promise<ReadonlySet<string>> {
  const locked = await lockPhoneNumbersByUid(tx, uids);
  const free = locked.filter(({ openOperationId }) => openOperationId === undefined);
  return new Set(free.map(({ uid }) => uid));
}

async function addNumbers(
  tx: Db,
  owner: InventoryOwner,
  added: readonly ImportedNumber[],
  ids: Readonly<Record<string, string>>,
  now: Date,
): Promise<void> {
  const chosen = added.flatMap(({ e164 }) => ids[e164] ?? []);
  const [taken] = chosen.length === 0 ? [] : await findHeldIds(tx, owner.orgId, chosen);
  if (taken !== undefined) throw idTaken(taken);
  const rows = added.map((number) => ({
    ...number,
    uid: newUuid(),
    id: ids[number.e164] ?? newId("phone"),
  }));
  await insertNumbers(tx, owner, rows, now);
}

/** Those that are what they were when they were asked for, and that nobody changes. @returns how many */
async function releaseGone(tx: Db, gone: readonly PhoneNumber[], now: Date): Promise<number> {
  const asked = new Map(gone.map((number) => [number.uid, number]));
  const locked = await lockPhoneNumbersByUid(tx, [...asked.keys()]);
  const released = locked.filter(({ uid, sid, accountId, status, openOperationId }) => {
    const isAsAsked = asked.get(uid)?.sid === sid && asked.get(uid)?.accountId === accountId;
    return isAsAsked && status === "active" && openOperationId === undefined;
  });
  await releaseNumbers(
    tx,
    released.map(({ uid }) => uid),
    now,
  );
  return released.length;
}

import { type ExpressionBuilder, type Selectable, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import { jsonb } from "../db/jsonb.ts";
import type { PhoneNumberTable } from "../db/tables/phone-numbers.ts";
import type { Tables } from "../db/tables.ts";
import type { ResourceConfig } from "../twilio/webhook-config.ts";
import type { Assignment, Capabilities, Health, PhoneNumber } from "./phone-number.ts";
import type { Movement } from "./stillness.ts";

/** A number with the operation that is open on it. */
export type Row = Omit<Selectable<PhoneNumberTable>, "search"> & { open_operation_id: string | null };

export function openOperationId(eb: ExpressionBuilder<Tables, "phone_number">) {
  return eb
    .selectFrom("operation")
    .select("operation.id")
    .whereRef("operation.phone_number_uid", "=", "phone_number.uid")
    .where("operation.state", "=", "open")
    .as("open_operation_id");
}

/** A number that the organization holds. */
export async function findPhoneNumber(db: Db, orgId: string, id: string): Promise<PhoneNumber | undefined> {
  const row = await db
    .selectFrom("phone_number")
    .selectAll()
    .select(openOperationId)
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && phoneNumberFromRow(row);
}

/**
 * Numbers that the organization holds, their rows locked until the transaction ends; in no particular order, and without
 * those that it does not hold.
 */
export async function lockPhoneNumbers(
  tx: Db,
  orgId: string,
  ids: readonly string[],
): Promise<readonly PhoneNumber[]> {
  return lockRows(tx, "org_id", orgId, ids);
}

/** A number of an account that the organization operates, whoever holds it; locked. */
export async function lockOperatedPhoneNumber(
  tx: Db,
  operatorOrgId: string,
  id: string,
): Promise<PhoneNumber | undefined> {
  return (await lockRows(tx, "operator_org_id", operatorOrgId, [id]))[0];
}

async function lockRows(
  tx: Db,
  party: "org_id" | "operator_org_id",
  orgId: string,
  ids: readonly string[],
): Promise<readonly PhoneNumber[]> {
  const locked = await tx
    .selectFrom("phone_number")
    .selectAll()
    .where(party, "=", orgId)
    .where("id", "in", ids)
    // Always in the same order, so that two who lock several cannot wait for each other.
    .orderBy("uid")
    .forUpdate()
    .execute();
  if (locked.length === 0) return [];
  // A statement of its own: one that has waited for the lock would still see the operations of before.
  const open = await tx
    .selectFrom("operation")
    .select(["id", "phone_number_uid"])
    .where(
      "phone_number_uid",
      "in",
      locked.map(({ uid }) => uid),
    )
    .where("state", "=", "open")
    .execute();
  const openIds = new Map(open.map(({ phone_number_uid, id }) => [phone_number_uid, id]));
  return locked.map((row) => phoneNumberFromRow({ ...row, open_operation_id: openIds.get(row.uid) ?? null }));
}

/** For recovery, which works for every organization. */
export async function findPhoneNumberByUid(db: Db, uid: string): Promise<PhoneNumber | undefined> {
  const row = await db
    .selectFrom("phone_number")
    .selectAll()
    .select(openOperationId)
    .where("uid", "=", uid)
    .executeTakeFirst();
  return row && phoneNumberFromRow(row);
}

/** How many numbers an account has, whoever holds them. */
export async function countInAccount(db: Db, accountId: string): Promise<number> {
  const { count } = await db
    .selectFrom("phone_number")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("account_id", "=", accountId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Of these ids, of which there must be one, those of numbers that the organization holds. */
export async function findHeldIds(
  db: Db,
  orgId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom("phone_number")
    .select("id")
    .where("org_id", "=", orgId)
    .where("id", "in", ids)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

export interface NumberState {
  readonly assignment: Assignment | undefined;
  readonly desired: readonly ResourceConfig[] | undefined;
  readonly observed: readonly ResourceConfig[] | undefined;
  readonly original: readonly ResourceConfig[] | undefined;
  readonly health: Health;
}

export interface SaveState {
  readonly holder: { readonly orgId: string; readonly uid: string };
  readonly state: NumberState;
}

/** @returns how many were saved: numbers that the organization does not hold any more are not */
export async function saveNumberStates(tx: Db, saves: readonly SaveState[], now: Date): Promise<number> {
  const states = saves.map(({ holder, state }) => ({
    orgId: holder.orgId,
    uid: holder.uid,
    agentId: state.assignment?.agentId,
    sms: state.assignment?.channels.sms ?? false,
    whatsapp: state.assignment?.channels.whatsapp ?? false,
    assignedAt: state.assignment?.assignedAt,
    desired: asJson(state.desired),
    observed: asJson(state.observed),
    original: asJson(state.original),
    health: state.health,
  }));
  const { numAffectedRows } = await sql`
    update phone_number set
      agent_id = state."agentId",
      sms_enabled = state.sms,
      whatsapp_enabled = state.whatsapp,
      assigned_at = state."assignedAt",
      desired = state.desired,
      observed = state.observed,
      observed_at = ${now},
      original = state.original,
      health = state.health,
      updated_at = ${now}
    from jsonb_to_recordset(${JSON.stringify(states)}::text::jsonb) as state(
      "orgId" text, uid uuid, "agentId" text, sms boolean, whatsapp boolean, "assignedAt" timestamptz, desired jsonb,
      observed jsonb, original jsonb, health text)
    where phone_number.uid = state.uid and phone_number.uid = any(${states.map(({ uid }) => uid)}::uuid[])
      and phone_number.org_id = state."orgId"`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

/**
 * What a read of Twilio found, and what it means. Not kept when an operation runs or has ended, or when something newer has
 * been stored since `number` was read: what was seen may then be half of a change, or the state before it.
 *
 * @returns whether it was kept
 */
export async function saveObservation(
  db: Db,
  { uid, observedAt, settledAt }: PhoneNumber,
  observation: { observed: readonly ResourceConfig[]; health: Health; observedAt: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("phone_number")
    .set({
      observed: jsonb(asJson(observation.observed)),
      observed_at: observation.observedAt,
      health: observation.health,
    })
    .where("uid", "=", uid)
    .where("observed_at", "is not distinct from", observedAt ?? null)
    .where("settled_at", "is not distinct from", settledAt ?? null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("operation")
            .select("operation.id")
            .where("operation.phone_number_uid", "=", uid)
            .where("operation.state", "=", "open"),
        ),
      ),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** A change of the number has ended without being kept. @param health undefined: as it was */
export async function saveSettled(tx: Db, uid: string, now: Date, health?: Health): Promise<void> {
  await tx
    .updateTable("phone_number")
    .set({ settled_at: now, ...(health === undefined ? {} : { health }) })
    .where("uid", "=", uid)
    .execute();
}

/** What tells of some numbers whether they are being changed, or were, by their uids. */
export async function findMovements(db: Db, uids: readonly string[]): Promise<ReadonlyMap<string, Movement>> {
  const rows = await db
    .selectFrom("phone_number")
    .select(["uid", "observed_at", "settled_at", openOperationId])
    .where(sql<boolean>`uid = any(${sql.val(uids)}::uuid[])`)
    .execute();
  return new Map(
    rows.map((row) => [
      row.uid,
      {
        openOperationId: row.open_operation_id ?? undefined,
        observedAt: row.observed_at ?? undefined,
        settledAt: row.settled_at ?? undefined,
      },
    ]),
  );
}

export async function saveHolder(tx: Db, uid: string, orgId: string, now: Date): Promise<void> {
  await tx
    .updateTable("phone_number")
    .set({ org_id: orgId, updated_at: now })
    .where("uid", "=", uid)
    .execute();
}

/**
 * Whether another assigned number relies on a Messaging Service: because its assignment counts on it, or because it was
 * seen in it since, with messages of its own to lose.
 */
export async function isReliedOnByOthers(db: Db, number: PhoneNumber, sid: string): Promise<boolean> {
  const service = jsonb([{ sid }]);
  const row = await db
    .selectFrom("phone_number")
    .select("id")
    .where("account_id", "=", number.accountId)
    .where("uid", "<>", number.uid)
    .where("agent_id", "is not", null)
    .where(
      sql<boolean>`(desired @> ${service} or ((sms_enabled or whatsapp_enabled) and observed @> ${service}))`,
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export function phoneNumberFromRow(row: Row): PhoneNumber {
  return {
    uid: row.uid,
    orgId: row.org_id,
    id: row.id,
    operatorOrgId: row.operator_org_id,
    accountId: row.account_id,
    accountSid: row.account_sid,
    sid: row.sid,
    e164: row.e164,
    friendlyName: row.friendly_name,
    capabilities: row.capabilities as Capabilities,
    status: row.status,
    assignment: assignmentFromRow(row),
    desired: configsFrom(row.desired),
    observed: configsFrom(row.observed),
    observedAt: row.observed_at ?? undefined,
    settledAt: row.settled_at ?? undefined,
    original: configsFrom(row.original),
    health: row.health as Health,
    openOperationId: row.open_operation_id ?? undefined,
    createdAt: row.created_at,
  };
}

function assignmentFromRow(row: Row): Assignment | undefined {
  if (row.agent_id === null || row.assigned_at === null) return undefined;
  const channels = { sms: row.sms_enabled, whatsapp: row.whatsapp_enabled };
  return { agentId: row.agent_id, channels, assignedAt: row.assigned_at };
}

// Only this file writes the column, from the same type.
function configsFrom(column: unknown): readonly ResourceConfig[] | undefined {
  return (column as readonly ResourceConfig[] | null) ?? undefined;
}

export function asJson(configs: readonly ResourceConfig[] | undefined) {
  return configs?.map(({ resource, sid, fields }) => ({ resource, sid, fields }));
}

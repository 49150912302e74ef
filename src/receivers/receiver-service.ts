// What an organization may do with a receiver of whichever kind. What is secret about it, and what may be shown of that, is
// the kind's affair.
import type { z } from "zod";
import { invalidInput } from "../api/api.ts";
import { appendAudit } from "../audit/audit-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import { resealAll } from "../base/resealing.ts";
import { openJson, readableJson, sealJson } from "../base/sealed-json.ts";
import type { Vault } from "../base/vault.ts";
import type { Db } from "../db/connect.ts";
import { type AllowedHost, whyUrlRefused } from "../outbound/address-policy.ts";
import type { Receiver, ReceiverKind, ReceiverState } from "./receiver.ts";
import {
  clearOutbox,
  countOutbox,
  deleteReceiver,
  findReceiver,
  listReceivers,
  listRefused,
  lockReceiver,
  releaseRefused,
  replaceSealed,
  updateFailures,
  upsertReceiver,
} from "./receiver-store.ts";

export interface ReceiverDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly allowedPrivateHosts: readonly AllowedHost[];
}

/** What a receiver becomes, and what the audit log may say of how it was and is. */
export interface NextReceiver {
  readonly secrets: object;
  readonly before: Json;
  readonly after: Json;
}

/** Of the events that are set aside. */
const MAX_SHOWN = 20;

/** A receiver as its organization sees it, and its secrets where they can be read. */
export interface OpenedReceiver<Secrets> {
  readonly state: ReceiverState;
  readonly secrets: Secrets | undefined;
}

/** @throws AppError `forbidden` */
export async function showReceiver<Secrets>(
  { db, vault }: Pick<ReceiverDeps, "db" | "vault">,
  actor: Actor,
  kind: ReceiverKind,
  schema: z.ZodType<Secrets>,
): Promise<OpenedReceiver<Secrets> | undefined> {
  requireRole(actor, "admin");
  const receiver = await findReceiver(db, actor.orgId, kind);
  if (!receiver) return undefined;
  const { sealed: _sealed, ...shown } = receiver;
  const counts = await countOutbox(db, actor.orgId, kind);
  const refusedEvents = await listRefused(db, actor.orgId, kind, MAX_SHOWN);
  return {
    state: { ...shown, ...counts, refusedEvents },
    secrets: readableSecrets(vault, schema, receiver),
  };
}

/**
 * From now on events go to this address, those that an earlier one has not taken or has refused as well.
 *
 * @param next is asked in the transaction that keeps it
 * @returns what it said
 * @throws AppError `forbidden`, `invalid_input` for an address that may not be reached
 */
export async function putReceiver<Next extends NextReceiver>(
  deps: ReceiverDeps,
  actor: Actor,
  { kind, url }: Pick<Receiver, "kind" | "url">,
  next: (earlier: Receiver | undefined) => Next,
): Promise<Next> {
  requireRole(actor, "admin");
  const refusal = whyUrlRefused(deps.allowedPrivateHosts, url);
  if (refusal !== undefined) throw invalidInput([{ path: ["url"], message: refusal }]);
  const { orgId } = actor;
  return deps.db.transaction().execute(async (tx) => {
    const earlier = await lockReceiver(tx, orgId, kind);
    // A statement that had seen an earlier receiver may have added to its outbox after that was cleared.
    if (!earlier) await clearOutbox(tx, orgId, kind);
    await releaseRefused(tx, orgId, kind);
    const kept = next(earlier);
    const sealed = sealJson(deps.vault, ownerName({ kind, orgId }), kept.secrets);
    await upsertReceiver(tx, { kind, orgId, url, sealed, updatedAt: deps.clock.now() });
    const { before, after } = kept;
    await appendAudit(tx, deps.clock, actor, { ...changeOf(kind), action: `${kind}.put`, before, after });
    return kept;
  });
}

/**
 * Has what the receiver refused sent again, with the next run.
 *
 * @returns how many events that are
 * @throws AppError `forbidden`
 */
export async function resendRefused(
  { db, clock }: Pick<ReceiverDeps, "db" | "clock">,
  actor: Actor,
  kind: ReceiverKind,
): Promise<number> {
  requireRole(actor, "admin");
  const { orgId } = actor;
  return db.transaction().execute(async (tx) => {
    const receiver = await lockReceiver(tx, orgId, kind);
    if (!receiver) return 0;
    const events = await releaseRefused(tx, orgId, kind);
    // Whoever refused many is left alone for a while, but by now somebody has mended it.
    await updateFailures(tx, receiver, { ...receiver, nextAttemptAt: undefined });
    await appendAudit(tx, clock, actor, {
      ...changeOf(kind),
      action: `${kind}.resend`,
      before: null,
      after: { events },
    });
    return events;
  });
}

/**
 * Events go nowhere from now on, and what the receiver had not taken is not sent to a later one.
 *
 * @param shown what the audit log may say of it
 * @returns how many events it had not taken
 * @throws AppError `forbidden`
 */
export async function removeReceiver(
  { db, clock }: Pick<ReceiverDeps, "db" | "clock">,
  actor: Actor,
  kind: ReceiverKind,
  shown: (receiver: Receiver) => Json,
): Promise<number> {
  requireRole(actor, "admin");
  const { orgId } = actor;
  return db.transaction().execute(async (tx) => {
    const receiver = await lockReceiver(tx, orgId, kind);
    if (!receiver) return 0;
    const undelivered = await clearOutbox(tx, orgId, kind);
    await deleteReceiver(tx, orgId, kind);
    const before = shown(receiver);
    await appendAudit(tx, clock, actor, { ...changeOf(kind), action: `${kind}.delete`, before, after: null });
    return undelivered;
  });
}

function changeOf(kind: ReceiverKind) {
  return { target: { type: kind, id: kind }, outcome: "committed" } as const;
}

/** @throws AppError `credentials_unreadable` */
export function openSecrets<T>(vault: Vault, schema: z.ZodType<T>, receiver: Receiver): T {
  return openJson(vault, schema, ownerName(receiver), receiver.sealed);
}

/** The same, or undefined for what was sealed with a secret that is gone. */
export function readableSecrets<T>(vault: Vault, schema: z.ZodType<T>, receiver: Receiver): T | undefined {
  return readableJson(vault, schema, ownerName(receiver), receiver.sealed);
}

/** What a receiver's secrets are sealed for. */
function ownerName({ kind, orgId }: Pick<Receiver, "kind" | "orgId">): string {
  return `${kind}:${orgId}`;
}

/** @returns how many were sealed again */
export function resealReceivers(
  { db, vault }: Pick<ReceiverDeps, "db" | "vault">,
  kind: ReceiverKind,
): Promise<number> {
  return resealAll<Receiver>(vault, {
    listAfter: (last, limit) => listReceivers(db, kind, last?.orgId ?? "", limit),
    sealedIn: ({ sealed }) => sealed,
    ownerOf: ownerName,
    replace: (receiver, sealed) => replaceSealed(db, receiver, sealed),
  });
}

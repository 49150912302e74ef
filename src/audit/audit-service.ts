// The append-only log of who changed what. Entries form a hash chain per organization, so that a changed, removed, added
// or reordered entry shows. Never updates or deletes.
import type { Transaction } from "kysely";
import type { Actor } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { jsonHash } from "../base/json.ts";
import { type Page, pageOf } from "../base/page.ts";
import type { Db } from "../db/connect.ts";
import type { Tables } from "../db/tables.ts";
import { type AuditEntry, type AuditEvent, hashOf } from "./audit-entry.ts";
import {
  type AuditFilter,
  appendEntries,
  type ChainHead,
  findEntryBeyondHead,
  listEntries,
  listEntriesAfter,
  lockChainHead,
  type NamedEntry,
  readChainHead,
} from "./audit-store.ts";

/** Appends an entry, in the transaction of the change that it records: both happen or neither. */
export async function appendAudit(
  tx: Transaction<Tables>,
  clock: Clock,
  actor: Actor,
  event: AuditEvent,
): Promise<void> {
  await appendAudits(tx, clock, [{ actor, event }]);
}

export interface Audited {
  readonly actor: Actor;
  readonly event: AuditEvent;
}

/** The same for several of one organization, in their order. */
export async function appendAudits(
  tx: Transaction<Tables>,
  clock: Clock,
  audited: readonly Audited[],
): Promise<void> {
  const orgId = audited[0]?.actor.orgId;
  if (orgId === undefined) return;
  let head = await lockChainHead(tx, orgId, genesis(orgId));
  const at = clock.now().toISOString();
  const entries: AuditEntry[] = [];
  for (const one of audited) {
    const entry = entryAfter(head, orgId, at, one);
    entries.push(entry);
    head = entry;
  }
  await appendEntries(tx, orgId, entries);
}

function entryAfter(head: ChainHead, orgId: string, at: string, { actor, event }: Audited): AuditEntry {
  const unsealed = {
    ...event,
    orgId,
    actor: { userId: actor.userId, role: actor.role },
    requestId: actor.requestId ?? "",
    id: newId("audit"),
    seq: head.seq + 1,
    at,
    prevHash: head.hash,
  };
  return { ...unsealed, hash: hashOf(unsealed) };
}

/** Where an organization's chain begins, before its first entry. */
function genesis(orgId: string): ChainHead {
  return { seq: 0, hash: jsonHash({ orgId }) };
}

/** An organization's entries, newest first, with what their ids are called. */
export async function listAudit(
  { db }: { db: Db },
  actor: Actor,
  {
    cursor,
    limit,
    ...filter
  }: AuditFilter & { readonly cursor?: number | undefined; readonly limit: number },
): Promise<Page<NamedEntry>> {
  const beforeSeq = cursor ?? Number.MAX_SAFE_INTEGER;
  const rows = await listEntries(db, actor.orgId, { ...filter, beforeSeq, limit: limit + 1 });
  return pageOf(rows, limit, ({ seq }) => String(seq));
}

export interface ChainVerdict {
  readonly valid: boolean;
  readonly entries: number;
  readonly firstBroken:
    | { readonly seq: number; readonly id: string | undefined; readonly reason: string }
    | undefined;
}

const VERIFY_PAGE = 1_000;

/** Recomputes the whole chain of the actor's organization and names the first entry that does not fit. */
export async function verifyAudit({ db }: { db: Db }, actor: Actor): Promise<ChainVerdict> {
  let link = genesis(actor.orgId);
  // Read before the entries: what is appended meanwhile lies past it and must not look like a surplus.
  const head = (await readChainHead(db, actor.orgId)) ?? link;
  while (link.seq < head.seq) {
    const limit = Math.min(VERIFY_PAGE, head.seq - link.seq);
    const entries = await listEntriesAfter(db, actor.orgId, { afterSeq: link.seq, limit });
    if (entries.length === 0) return broken(link.seq, link.seq + 1, undefined, "The entry is missing.");
    for (const entry of entries) {
      const reason = whyBroken(entry, link);
      if (reason !== undefined) return broken(link.seq, entry.seq, entry.id, reason);
      link = { seq: entry.seq, hash: entry.hash };
    }
  }
  if (link.hash !== head.hash)
    return broken(link.seq, link.seq, undefined, "It is not the entry that was written last.");
  const surplus = await findEntryBeyondHead(db, actor.orgId);
  if (surplus) return broken(link.seq, surplus.seq, surplus.id, "It was never appended to the chain.");
  return { valid: true, entries: link.seq, firstBroken: undefined };
}

function whyBroken(entry: AuditEntry, previous: { seq: number; hash: string }): string | undefined {
  if (entry.seq !== previous.seq + 1) return "Entries before it are missing.";
  if (entry.prevHash !== previous.hash) return "It does not follow the entry before it.";
  if (entry.hash !== hashOf(entry)) return "Its content was changed.";
  return undefined;
}

function broken(entries: number, seq: number, id: string | undefined, reason: string): ChainVerdict {
  return { valid: false, entries, firstBroken: { seq, id, reason } };
}

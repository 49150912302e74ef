// Where an organization's usage goes as it is recorded: the address and the headers of its sink. See sink-delivery.ts
// for how it gets there.
import { invalidInput } from "../api/api.ts";
import { appendAudit } from "../audit/audit-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import { resealAll } from "../base/resealing.ts";
import type { Vault } from "../base/vault.ts";
import type { Db } from "../db/connect.ts";
import { type AllowedHost, whyUrlRefused } from "../outbound/address-policy.ts";
import { clearOutbox, countUndelivered } from "./outbox-store.ts";
import type { Sink } from "./sink.ts";
import { readableHeaders, sealHeaders } from "./sink-headers.ts";
import type { PutSink } from "./sink-request.ts";
import { deleteSink, findSink, listSinks, lockSink, replaceSinkHeaders, upsertSink } from "./sink-store.ts";

export interface SinkDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly allowedPrivateHosts: readonly AllowedHost[];
}

export interface SinkState extends Omit<Sink, "headers"> {
  readonly headerNames: readonly string[];
  readonly undelivered: number;
}

/** @throws AppError `forbidden` */
export async function showSink(
  deps: Pick<SinkDeps, "db" | "vault">,
  actor: Actor,
): Promise<SinkState | undefined> {
  requireRole(actor, "admin");
  const sink = await findSink(deps.db, actor.orgId);
  if (!sink) return undefined;
  const { headers: _sealed, ...shown } = sink;
  const undelivered = await countUndelivered(deps.db, actor.orgId);
  return { ...shown, headerNames: headerNames(deps.vault, sink), undelivered };
}

/**
 * From now on every entry that is recorded goes to this address, those that an earlier one has not taken as well.
 *
 * @throws AppError `forbidden`, `invalid_input` for an address that may not be reached
 */
export async function putSink(deps: SinkDeps, actor: Actor, { url, headers = {} }: PutSink): Promise<void> {
  requireRole(actor, "admin");
  const refusal = whyUrlRefused(deps.allowedPrivateHosts, url);
  if (refusal !== undefined) throw invalidInput([{ path: ["url"], message: refusal }]);
  const { orgId } = actor;
  const sealed = sealHeaders(deps.vault, orgId, headers);
  await deps.db.transaction().execute(async (tx) => {
    const before = await lockSink(tx, orgId);
    // A statement that had seen an earlier sink may have added to its outbox after that was cleared.
    if (!before) await clearOutbox(tx, orgId);
    await upsertSink(tx, { orgId, url, headers: sealed, updatedAt: deps.clock.now() });
    await appendAudit(tx, deps.clock, actor, {
      ...SINK_CHANGE,
      action: "usage_sink.put",
      before: before ? auditView(before.url, headerNames(deps.vault, before)) : null,
      after: auditView(url, Object.keys(headers)),
    });
  });
}

/**
 * Usage goes nowhere from now on. What the sink had not taken stays in the ledger, and is not sent to a later sink.
 *
 * @returns how many entries that was
 * @throws AppError `forbidden`
 */
export async function removeSink(
  deps: Pick<SinkDeps, "db" | "clock" | "vault">,
  actor: Actor,
): Promise<number> {
  requireRole(actor, "admin");
  const { orgId } = actor;
  return deps.db.transaction().execute(async (tx) => {
    const before = await lockSink(tx, orgId);
    if (!before) return 0;
    await deleteSink(tx, orgId);
    const undelivered = await clearOutbox(tx, orgId);
    await appendAudit(tx, deps.clock, actor, {
      ...SINK_CHANGE,
      action: "usage_sink.delete",
      before: auditView(before.url, headerNames(deps.vault, before)),
      after: null,
    });
    return undelivered;
  });
}

const SINK_CHANGE = { target: { type: "usage_sink", id: "usage_sink" }, outcome: "committed" } as const;

function auditView(url: string, headers: readonly string[]) {
  return { url, headers: [...headers] };
}

function headerNames(vault: Vault, sink: Sink): readonly string[] {
  return Object.keys(readableHeaders(vault, sink) ?? {});
}

/** @returns how many were sealed again */
export function resealSinks({ db, vault }: Pick<SinkDeps, "db" | "vault">): Promise<number> {
  return resealAll<Sink>(vault, {
    listAfter: (last, limit) => listSinks(db, last?.orgId ?? "", limit),
    sealedIn: ({ headers }) => headers,
    sealAgain: (sink) => {
      const headers = readableHeaders(vault, sink);
      return headers && sealHeaders(vault, sink.orgId, headers);
    },
    replace: (sink, sealed) => replaceSinkHeaders(db, sink, sealed),
  });
}

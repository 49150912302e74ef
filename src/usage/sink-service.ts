// Where an organization's usage goes as it is recorded: a receiver that knows by headers who sends. See sink-delivery.ts for
// how it gets there.
import { z } from "zod";
import type { Actor } from "../auth/actor.ts";
import type { Vault } from "../base/vault.ts";
import type { Receiver, ReceiverState } from "../receivers/receiver.ts";
import {
  putReceiver,
  type ReceiverDeps,
  readableSecrets,
  removeReceiver,
  resendRefused,
  showReceiver,
} from "../receivers/receiver-service.ts";
import type { PutSink } from "./sink-request.ts";

/** What is kept sealed of a sink. */
export const sinkHeadersSchema = z.record(z.string(), z.string());

export interface SinkState extends ReceiverState {
  readonly headerNames: readonly string[];
}

/** @throws AppError `forbidden` */
export async function showSink(
  deps: Pick<ReceiverDeps, "db" | "vault">,
  actor: Actor,
): Promise<SinkState | undefined> {
  const sink = await showReceiver(deps, actor, "usage_sink", sinkHeadersSchema);
  return sink && { ...sink.state, headerNames: Object.keys(sink.secrets ?? {}) };
}

/**
 * From now on every entry that is recorded goes to this address, those that an earlier one has not taken as well.
 *
 * @throws AppError `forbidden`, `invalid_input` for an address that may not be reached
 */
export async function putSink(
  deps: ReceiverDeps,
  actor: Actor,
  { url, headers = {} }: PutSink,
): Promise<void> {
  await putReceiver(deps, actor, { kind: "usage_sink", url }, (earlier) => ({
    secrets: headers,
    before: earlier ? auditView(deps.vault, earlier) : null,
    after: { url, headers: Object.keys(headers) },
  }));
}

/**
 * Has what the sink refused for good sent again.
 *
 * @returns how many events that are
 * @throws AppError `forbidden`
 */
export function resendToSink(deps: Pick<ReceiverDeps, "db" | "clock">, actor: Actor): Promise<number> {
  return resendRefused(deps, actor, "usage_sink");
}

/**
 * Usage goes nowhere from now on. What the sink had not taken stays in the ledger, and is not sent to a later sink.
 *
 * @returns how many entries that was
 * @throws AppError `forbidden`
 */
export function removeSink(
  deps: Pick<ReceiverDeps, "db" | "clock" | "vault">,
  actor: Actor,
): Promise<number> {
  return removeReceiver(deps, actor, "usage_sink", (sink) => auditView(deps.vault, sink));
}

function auditView(vault: Vault, sink: Receiver) {
  return { url: sink.url, headers: Object.keys(readableSecrets(vault, sinkHeadersSchema, sink) ?? {}) };
}

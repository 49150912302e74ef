// Whether the first few numbers of a batch really are as they should be, before it goes on to the others.
import pMap from "p-map";
import type { Actor } from "../auth/actor.ts";
import { messageOf } from "../base/errors.ts";
import { findPhoneNumber } from "../phone-numbers/phone-number-store.ts";
import { verifyPhoneNumber } from "../phone-numbers/verification/verification-service.ts";
import type { Batch, BatchItem, StopReason } from "./batch.ts";
import { actorOf } from "./batch-intent.ts";
import type { BatchRun } from "./batch-run.ts";
import { CONCURRENCY, type RunDeps } from "./fleet-deps.ts";

/** Why the batch must not go on; undefined when every number is as it should be. */
export async function whyCanaryFails(
  deps: RunDeps,
  run: BatchRun,
  batch: Batch,
  items: readonly BatchItem[],
): Promise<StopReason | undefined> {
  const actor = actorOf(batch);
  const reasons = await pMap(
    items,
    async (item) => {
      // A webhook that does not arrive takes seconds, and there may be many.
      await run.keepAlive();
      const reason = await whyNotAsItShouldBe(deps, actor, item).catch(messageOf);
      return reason === undefined ? [] : [`${item.phoneNumberId}: ${reason}`];
    },
    { concurrency: CONCURRENCY },
  );
  const [first, ...others] = reasons.flat();
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` So it is with ${others.length} more.`;
  deps.log.warn({ batchId: batch.id, failed: others.length + 1 }, "batch.canary_failed");
  return { reason: "canary_failed", detail: `${first}${more}` };
}

/**
 * Reads the number once more, and has its webhooks sent. One that no agent answers has nothing left to go wrong; what was left
 * as it is, such as a WhatsApp sender that is offline, goes on being wrong, and everything else is to be right.
 */
async function whyNotAsItShouldBe(
  deps: RunDeps,
  actor: Actor,
  { phoneNumberId, problem: left }: BatchItem,
): Promise<string | undefined> {
  const number = await findPhoneNumber(deps.db, actor.orgId, phoneNumberId);
  if (!number?.assignment) return undefined;
  const { health, differences, effective } = await verifyPhoneNumber(deps, actor, phoneNumberId);
  if (health !== "drifted") return deps.whyUnreachable(actor, phoneNumberId);
  const fields = differences.map(({ sid, field }) => `${field} of ${sid}`).join(", ");
  if (fields !== "" && !left) return `Twilio does not hold ${fields}.`;
  const { voice, sms, whatsapp } = effective;
  const moved = number.assignment.channels.sms ? [voice, sms] : [voice];
  const astray = (left ? moved : [voice, sms, whatsapp]).filter(({ verdict }) => verdict !== "ours");
  if (left && astray.length === 0) return deps.whyUnreachable(actor, phoneNumberId);
  return astray.map(({ reason }) => reason).join(" ");
}

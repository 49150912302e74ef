// Whether the first few numbers of a batch really are as they should be, before it goes on to the others.
import { isDeepStrictEqual } from "node:util";
import pMap from "p-map";
import type { Actor } from "../auth/actor.ts";
import { backoffMs } from "../base/backoff.ts";
import { findLastChange } from "../phone-numbers/operations/operation-store.ts";
import { findPhoneNumber, findPhoneNumberByUid } from "../phone-numbers/phone-number-store.ts";
import { verifyPhoneNumber } from "../phone-numbers/verification/verification-service.ts";
import type { Batch, BatchItem, StopReason } from "./batch.ts";
import { actorOf } from "./batch-intent.ts";
import { listItems } from "./batch-item-store.ts";
import { AFTER_CANARY } from "./batch-rules.ts";
import type { BatchRun } from "./batch-run.ts";
import { CONCURRENCY, type RunDeps } from "./fleet-deps.ts";
import { isOfNumber } from "./item-outcome.ts";

const PAGE_SIZE = 200;
/** Together longer than most changes take. */
const LOOK_AGAIN = { firstMs: 500, maxMs: 5_000 };
const MAX_LOOKS = 8;

/**
 * Why the batch must not go on; undefined when every number is as it should be, or the run ends before that is known.
 *
 * @throws what is not the numbers': a later run looks again
 */
export async function whyCanaryFails(
  deps: RunDeps,
  run: BatchRun,
  batch: Batch,
): Promise<StopReason | undefined> {
  let afterPosition = -1;
  while (run.mayGoOn) {
    const page = { afterPosition, limit: PAGE_SIZE, states: ["done"] } as const;
    const items = await listItems(deps.db, batch.id, page);
    const [first, ...others] = await reasonsAgainst(deps, run, batch, items);
    if (first !== undefined) {
      deps.log.warn({ batchId: batch.id, failed: others.length + 1 }, "batch.canary_failed");
      return canaryFailed(first, others.length);
    }
    const last = items.at(-1);
    if (!last || items.length < PAGE_SIZE) return undefined;
    afterPosition = last.position;
  }
  return undefined;
}

function canaryFailed(reason: string, others: number): StopReason {
  const more = others === 0 ? "" : ` So it is with ${others} more.`;
  return { reason: "canary_failed", detail: `${reason}${more} ${AFTER_CANARY}` };
}

async function reasonsAgainst(
  deps: RunDeps,
  run: BatchRun,
  batch: Batch,
  items: readonly BatchItem[],
): Promise<readonly string[]> {
  const actor = actorOf(batch);
  const reasons = await pMap(
    items,
    async (item) => {
      // A webhook that does not arrive takes seconds, and there may be many.
      await run.keepAlive();
      if (!run.mayGoOn) return [];
      const reason = await whyNotAsItShouldBe(deps, run, actor, item).catch(reasonOf);
      return reason === undefined ? [] : [`${item.phoneNumberId}: ${reason}`];
    },
    { concurrency: CONCURRENCY },
  );
  return reasons.flat();
}

/** @throws the error itself where it says nothing of the number */
function reasonOf(error: unknown): string {
  if (!isOfNumber(error)) throw error;
  return error.message;
}

/** Looks again at a number that somebody was changing meanwhile: what was read may be of the middle of that. */
async function whyNotAsItShouldBe(
  deps: RunDeps,
  run: BatchRun,
  actor: Actor,
  item: BatchItem,
): Promise<string | undefined> {
  for (let looks = 1; ; looks++) {
    const before = await movementOf(deps, item);
    const reason = await whyAstray(deps, actor, item);
    if (reason === undefined || looks === MAX_LOOKS) return reason;
    const wasFree = before?.openOperationId === undefined;
    if (wasFree && isDeepStrictEqual(before, await movementOf(deps, item))) return reason;
    // Then a later run looks again.
    if (!run.mayGoOn) return undefined;
    await deps.clock.sleep(backoffMs(looks, deps.clock.random(), LOOK_AGAIN));
  }
}

/** What differs when somebody has changed the number, or tried to; looking at it is no change. */
async function movementOf({ db }: RunDeps, { phoneNumberUid }: BatchItem) {
  const number = await findPhoneNumberByUid(db, phoneNumberUid);
  const last = await findLastChange(db, phoneNumberUid);
  return number && { openOperationId: number.openOperationId, settledAt: number.settledAt, lastId: last?.id };
}

/**
 * Reads the number once more, and has its webhooks sent. One that no agent answers has nothing left to go wrong; what was left
 * as it is, such as a WhatsApp sender that is offline, goes on being wrong, and everything else is to be right.
 */
async function whyAstray(
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

// Numbers of ours that a whole list of the account's numbers did not contain.
import pMap from "p-map";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import { listUnseenNumbers } from "../phone-numbers/sweep-store.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { writeSeen } from "./number-writes.ts";
import { added, NOTHING_COUNTED, type SweepCounts } from "./sweep.ts";
import { keepSweep } from "./sweep-lease.ts";
import type { SweepRun } from "./sweep-run.ts";

const PAGE_SIZE = 100;
/** The rest is found by the next sweep. */
const MAX_PAGES = 100;
const ASKED_AT_ONCE = 10;
const FIRST_UID = "00000000-0000-0000-0000-000000000000";

/** Each is asked for by itself before it counts as gone: a list that is paged is a window over what moves. */
export async function noteVanished(deps: DriftDeps, run: SweepRun): Promise<SweepCounts> {
  let counts = NOTHING_COUNTED;
  let afterUid = FIRST_UID;
  for (let pages = 0; pages < MAX_PAGES && deps.clock.now() < run.until; pages++) {
    const unseen = await listUnseenNumbers(deps.db, run.sweep, { afterUid, limit: PAGE_SIZE });
    counts = added(counts, await noteGone(deps, run, unseen));
    const last = unseen.at(-1);
    if (!last || unseen.length < PAGE_SIZE) return counts;
    afterUid = last.uid;
    await keepSweep(deps, run.sweep);
  }
  return counts;
}

async function noteGone(
  deps: DriftDeps,
  { client, sweep }: SweepRun,
  unseen: readonly PhoneNumber[],
): Promise<Partial<SweepCounts>> {
  const isGone = async ({ sid }: PhoneNumber) => {
    try {
      await client.sdk.incomingPhoneNumbers(sid).fetch();
      return false;
    } catch (error) {
      if (error instanceof TwilioError && error.isNotFound) return true;
      throw error;
    }
  };
  const free = unseen.filter(({ openOperationId }) => openOperationId === undefined);
  const areGone = await pMap(free, isGone, { concurrency: ASKED_AT_ONCE });
  const gone = free.filter((_number, index) => areGone[index]);
  const judgement = { differences: [], isSure: true };
  const seen = gone.map(({ uid, observedAt }) => ({
    uid,
    observedAt,
    isThere: false,
    judgement,
    observed: undefined,
  }));
  return { ...(await writeSeen(deps, sweep, seen)), vanished: gone.length };
}

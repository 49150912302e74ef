// Numbers of ours that a whole list of the account's numbers did not contain.
import { chunksOf } from "../base/chunks.ts";
import { findGone } from "../phone-numbers/inventory/gone-numbers.ts";
import { findPhoneNumbersByUid } from "../phone-numbers/number-group-store.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { listOpenDrifts } from "./drift-store.ts";
import { writeSeen } from "./number-writes.ts";
import { listUnseenNumbers } from "./sighting-store.ts";
import { added, NOTHING_COUNTED, type SweepCounts } from "./sweep.ts";
import { keepSweep } from "./sweep-lease.ts";
import type { SweepRun } from "./sweep-run.ts";

const NUMBERS_AT_ONCE = 100;
const PAGE_SIZE = 2_000;
/** 200,000 numbers. */
const MAX_PAGES = 100;

/** What there is no time for is found by a later sweep: those that are known to be gone by then take little. */
export async function noteVanished(deps: DriftDeps, run: SweepRun): Promise<SweepCounts> {
  let counts = NOTHING_COUNTED;
  let afterUid: string | undefined;
  for (let pages = 0; pages < MAX_PAGES && deps.clock.now() < run.until; pages++) {
    const unseen = await listUnseenNumbers(deps.db, run.sweep, { afterUid, limit: PAGE_SIZE });
    counts = added(counts, await notePage(deps, run, unseen));
    if (unseen.length < PAGE_SIZE) return counts;
    afterUid = unseen.at(-1);
  }
  return counts;
}

async function notePage(deps: DriftDeps, run: SweepRun, unseen: readonly string[]): Promise<SweepCounts> {
  let counts = NOTHING_COUNTED;
  for (const uids of chunksOf(unseen, NUMBERS_AT_ONCE)) {
    if (deps.clock.now() >= run.until) break;
    await keepSweep(deps, run.sweep);
    counts = added(counts, await noteGone(deps, run, await findPhoneNumbersByUid(deps.db, uids)));
  }
  return counts;
}

/**
 * A number that is known to be gone, and still assigned, need not be asked for again with every sweep: the list will have it
 * when it is back.
 */
async function whichAreGone(
  { db }: DriftDeps,
  client: SweepRun["client"],
  unseen: readonly PhoneNumber[],
): Promise<readonly PhoneNumber[]> {
  const open = await listOpenDrifts(
    db,
    unseen.map(({ uid }) => uid),
  );
  const known = new Set(
    open.filter(({ fieldClass }) => fieldClass === "presence").map(({ phoneNumberUid }) => phoneNumberUid),
  );
  const asked = unseen.filter(({ uid }) => !known.has(uid));
  return [...unseen.filter(({ uid }) => known.has(uid)), ...(await findGone(client, asked))];
}

async function noteGone(
  deps: DriftDeps,
  { client, sweep }: SweepRun,
  unseen: readonly PhoneNumber[],
): Promise<Partial<SweepCounts>> {
  const gone = await whichAreGone(deps, client, unseen);
  const judgement = { differences: [], unknown: [], isSure: true };
  const seen = gone.map((number) => ({
    uid: number.uid,
    before: number,
    isThere: false,
    isLowered: false,
    judgement,
    observed: undefined,
  }));
  return { ...(await writeSeen(deps, sweep, seen)), vanished: gone.length };
}

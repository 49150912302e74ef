// Changes many numbers of a batch at once, without holding a fleet in memory.
import pMap from "p-map";
import type { Batch } from "./batch.ts";
import type { BatchRun } from "./batch-run.ts";
import { CONCURRENCY, type RunDeps } from "./fleet-deps.ts";
import { changeItem } from "./item-change.ts";
import { inGroups } from "./item-groups.ts";
import { listWorthwhile } from "./listed-numbers.ts";
import {
  countPendingByAccount,
  listPendingItems,
  listPendingItemsOf,
  type PendingItem,
} from "./pending-item-store.ts";

const PAGE_SIZE = 200;
/** So many numbers of a page are still to be begun when the next is asked for: what they take, the lists take at least. */
const CHANGED_MEANWHILE = 200;

/** Up to `limit` of what is still to be changed. What was in another's way comes last, one at a time. */
export async function changeItems(deps: RunDeps, run: BatchRun, batch: Batch, limit: number): Promise<void> {
  if (limit === Number.POSITIVE_INFINITY) await changeListed(deps, run, batch);
  const share = { isDeferred: false, limit, concurrency: CONCURRENCY };
  const begun = await changeShare(deps, run, batch, share);
  if (begun < limit) {
    await changeShare(deps, run, batch, { isDeferred: true, limit: limit - begun, concurrency: 1 });
  }
}

interface ReachedItem {
  readonly item: PendingItem;
  /** How it is read and written. */
  readonly access: Pick<RunDeps, "observe" | "connect">;
}

/** What is worth being read from the lists of its account. */
async function changeListed(deps: RunDeps, run: BatchRun, batch: Batch): Promise<void> {
  const grouped = inGroups(deps, run, batch);
  const change = ({ item, access }: ReachedItem) => changeItem({ ...grouped, ...access }, run, batch, item);
  await pMap(listedItems(deps, run, batch), change, { concurrency: CONCURRENCY });
  run.throwIfFailed();
}

/** Never throws, so that the run does not end before what is under way has. */
async function* listedItems(
  deps: RunDeps,
  run: BatchRun,
  batch: Batch,
): AsyncGenerator<ReachedItem, void, void> {
  try {
    const pages = listWorthwhile(deps, run, batch, await countPendingByAccount(deps.db, batch));
    for (let page = await pages.next(); !page.done; ) {
      const { account, sids, ...access } = page.value;
      const items = await listPendingItemsOf(deps.db, batch, account.id, sids);
      const askAt = Math.max(0, items.length - CHANGED_MEANWHILE);
      let next: ReturnType<typeof pages.next> | undefined;
      for (const [index, item] of items.entries()) {
        if (index === askAt) {
          next = pages.next();
          // What fails while nobody waits for it is heard of below.
          next.catch(() => {});
        }
        yield { item, access };
      }
      page = await (next ?? pages.next());
    }
  } catch (error) {
    run.fail(error);
  }
}

interface Share {
  readonly isDeferred: boolean;
  readonly limit: number;
  readonly concurrency: number;
}

async function changeShare(deps: RunDeps, run: BatchRun, batch: Batch, share: Share): Promise<number> {
  const grouped = inGroups(deps, run, batch);
  let count = 0;
  const change = async (item: PendingItem) => {
    count++;
    await changeItem(grouped, run, batch, item);
  };
  await pMap(pendingItems(deps, run, batch, share), change, { concurrency: share.concurrency });
  run.throwIfFailed();
  return count;
}

/** Never throws, so that the run does not end before what is under way has. */
async function* pendingItems(
  { db }: RunDeps,
  run: BatchRun,
  batch: Batch,
  { isDeferred, limit }: Share,
): AsyncGenerator<PendingItem, void, void> {
  let afterPosition = -1;
  for (let left = limit; left > 0 && run.mayGoOn; ) {
    const query = { afterPosition, isDeferred, limit: Math.min(left, PAGE_SIZE) };
    const page = await listPendingItems(db, batch, query).catch((error: unknown) => {
      run.fail(error);
      return [];
    });
    for (const item of page) {
      if (!run.mayGoOn) return;
      yield item;
    }
    const last = page.at(-1);
    if (!last || page.length < query.limit) return;
    afterPosition = last.position;
    left -= page.length;
  }
}

// Writes down what a batch would change, a page of numbers at a time: a fleet does not fit into one request, so planning
// goes on in the background, and where it was when its process died.
import pMap from "p-map";
import { addMs } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import { findMovements } from "../phone-numbers/phone-number-store.ts";
import { wasStill } from "../phone-numbers/stillness.ts";
import type { TwilioClient } from "../twilio/client.ts";
import type { Batch } from "./batch.ts";
import { checkAgentsOnce } from "./batch-intent.ts";
import { findPlannedUids, insertItems } from "./batch-item-store.ts";
import { recount, savePlanningProgress } from "./batch-lease-store.ts";
import { sizesFor } from "./batch-rules.ts";
import type { BatchRun } from "./batch-run.ts";
import {
  countSelected,
  findNumberIds,
  type SelectedNumber,
  type SelectedPage,
  selectListed,
  selectNumbers,
} from "./batch-selection.ts";
import { CONCURRENCY, type RunDeps } from "./fleet-deps.ts";
import { lostItem, type PlannedItem, planItem } from "./item-plan.ts";
import { listWorthwhile } from "./listed-numbers.ts";

const PAGE_SIZE = 200;
const PLAN_LIFETIME_MS = DAY_MS;

/** Until every number is planned, or the run ends. */
export async function continuePlanning(deps: RunDeps, run: BatchRun, batch: Batch): Promise<void> {
  if (batch.plannedThrough === undefined) return endPlanning(deps, run, batch);
  const numberIds = await findNumberIds(deps.db, batch.id);
  let plannedThrough: string | undefined = batch.plannedThrough;
  let itemCount = plannedThrough === "" ? await planListed(deps, run, batch, numberIds) : batch.itemCount;
  while (plannedThrough !== undefined && run.mayGoOn) {
    const page: SelectedPage = await selectNumbers(deps.db, batch, plannedThrough, numberIds, PAGE_SIZE);
    itemCount += await planPage(deps, run, batch, { ...page, itemCount });
    plannedThrough = page.through;
  }
}

/** What is worth being read from the lists of its account; whatever is left is planned after it. @returns how many are planned */
async function planListed(
  deps: RunDeps,
  run: BatchRun,
  batch: Batch,
  numberIds: readonly string[] | undefined,
): Promise<number> {
  let { itemCount } = batch;
  const named = numberIds && new Set(numberIds);
  const counts = await countSelected(deps.db, batch, numberIds);
  for await (const { account, sids, ...access } of listWorthwhile(deps, run, batch, counts)) {
    const numbers = await selectListed(deps.db, batch, named, account.id, sids);
    itemCount += await planPage({ ...deps, ...access }, run, batch, {
      numbers,
      lost: [],
      itemCount,
      through: "",
    });
  }
  return itemCount;
}

interface NextPage extends SelectedPage {
  /** How many were planned before. */
  readonly itemCount: number;
}

/** @returns how many have been planned now; 0 when the batch was cancelled, or belongs to somebody else by now */
async function planPage(
  deps: RunDeps,
  run: BatchRun,
  batch: Batch,
  { numbers, lost, itemCount, through }: NextPage,
): Promise<number> {
  const uids = [...numbers.map(({ number }) => number.uid), ...lost.map((number) => number.phoneNumberUid)];
  const planned = await findPlannedUids(deps.db, batch.id, uids);
  const access = { connect: clientsByAccount(deps), checkAgent: checkAgentsOnce(deps.db) };
  const planNext = async (selected: SelectedNumber) => {
    await run.keepAlive();
    return planItem(deps, batch, selected, access);
  };
  const left = numbers.filter(({ number }) => !planned.has(number.uid));
  const items = [
    ...(await lookAgain(deps, left, await pMap(left, planNext, { concurrency: CONCURRENCY }))),
    ...lost.filter(({ phoneNumberUid }) => !planned.has(phoneNumberUid)).map(lostItem),
  ];
  run.noteProgress(items.length);
  if (await storePage(deps, run, batch, { items, itemCount, through })) return items.length;
  run.halt();
  return 0;
}

/**
 * That nothing is to be done about a number is said only of one that nobody was changing: what Twilio showed may have been
 * taken back since. Whether there is, its turn shows.
 */
async function lookAgain(
  { db }: RunDeps,
  numbers: readonly SelectedNumber[],
  items: readonly PlannedItem[],
): Promise<readonly PlannedItem[]> {
  const uids = items.filter(({ state }) => state === "unchanged").map((item) => item.phoneNumberUid);
  if (uids.length === 0) return items;
  const now = await findMovements(db, uids);
  const before = new Map(numbers.map(({ number }) => [number.uid, number]));
  return items.map((item) => {
    const [then, since] = [before.get(item.phoneNumberUid), now.get(item.phoneNumberUid)];
    const mayHaveMoved = item.state === "unchanged" && !(then && since && wasStill(then, since));
    return mayHaveMoved ? { ...item, state: "pending" } : item;
  });
}

/** One client an account and page: a page is soon done, and credentials may change. */
function clientsByAccount(deps: RunDeps): (number: PhoneNumber) => Promise<TwilioClient> {
  const clients = new Map<string, Promise<TwilioClient>>();
  return (number) => {
    const client = clients.get(number.accountId) ?? deps.connect(deps, number);
    clients.set(number.accountId, client);
    return client;
  };
}

interface Page {
  readonly items: readonly PlannedItem[];
  /** How many were planned before. */
  readonly itemCount: number;
  readonly through: string | undefined;
}

/** @returns false when the batch was cancelled, or belongs to somebody else by now */
function storePage(
  { db, clock }: RunDeps,
  run: BatchRun,
  { id: batchId }: Batch,
  { items, itemCount, through }: Page,
): Promise<boolean> {
  const { lease, leaseUntil, perSecond } = run;
  return db.transaction().execute(async (tx) => {
    const progress = { through, itemCount: itemCount + items.length, leaseUntil, perSecond };
    if (!(await savePlanningProgress(tx, lease, progress, clock.now()))) return false;
    await insertItems(
      tx,
      items.map((item, index) => ({ ...item, batchId, position: itemCount + index })),
    );
    await recount(tx, batchId, clock.now());
    return true;
  });
}

async function endPlanning({ clock }: RunDeps, run: BatchRun, batch: Batch): Promise<void> {
  const now = clock.now();
  const { applyWhenPlanned, counts } = batch;
  if (!applyWhenPlanned) {
    await run.move("planning", { state: "planned", expiresAt: addMs(now, PLAN_LIFETIME_MS) });
    return;
  }
  const sizes = sizesFor(counts.pending, applyWhenPlanned);
  const state = sizes.canarySize > 0 ? "canary" : "running";
  await run.move("planning", { state, ...sizes, perSecond: null, appliedAt: now });
}

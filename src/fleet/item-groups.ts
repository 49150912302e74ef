// The items of a batch that come to the same point at about the same time are written down together: an operation is some
// twenty statements by itself, and the audit chain has one end, so a fleet would wait for the database.
import { combined } from "../base/combined.ts";
import { AppError } from "../base/errors.ts";
import { isAboutData, isDeadlock } from "../db/sql-errors.ts";
import { advanceAll, commitAll } from "../phone-numbers/operations/operation-log.ts";
import { type Opened, openOperations } from "../phone-numbers/operations/operation-opening.ts";
import type { Batch } from "./batch.ts";
import { actorOf, intentsForItems, operationKind } from "./batch-intent.ts";
import type { BatchRun } from "./batch-run.ts";
import type { RunDeps } from "./fleet-deps.ts";
import { type BegunItem, beginItems, endDoneItems } from "./item-progress-store.ts";
import type { PendingItem } from "./pending-item-store.ts";

/** What changing one number of a batch needs. */
export interface ItemDeps extends RunDeps {
  /** @throws NotToBeBegun; AppError: why the number is refused */
  readonly openItem: (item: PendingItem) => Promise<Opened>;
  readonly endDoneItem: (item: BegunItem) => Promise<void>;
}

/** The lease is lost, or the batch is not applied any more; takes the operations with it that were to be opened. */
export class NotToBeBegun extends Error {
  override readonly name = "NotToBeBegun";
}

const MAX_GROUP = 50;

export function inGroups(deps: RunDeps, run: BatchRun, batch: Batch): ItemDeps {
  const group = { maxSize: MAX_GROUP, isAboutOne };
  return {
    ...deps,
    writer: {
      advance: combined({ ...group, perform: (advancing) => advanceAll(deps, advancing) }),
      commit: combined({ ...group, perform: (commits) => commitAll(deps, commits) }),
    },
    openItem: combined({ ...group, perform: (items) => openItems(deps, run, batch, items) }),
    endDoneItem: combined({ ...group, perform: (items) => endItems(deps, batch, items) }),
  };
}

/** The database being away is nobody's fault, and would be so for each of them. */
function isAboutOne(error: unknown): boolean {
  return (
    error instanceof AppError || error instanceof NotToBeBegun || isAboutData(error) || isDeadlock(error)
  );
}

function openItems(
  deps: RunDeps,
  run: BatchRun,
  batch: Batch,
  items: readonly PendingItem[],
): Promise<readonly Opened[]> {
  return openOperations(deps, actorOf(batch), {
    kind: operationKind(batch.intent),
    phoneNumberIds: items.map(({ phoneNumberId }) => phoneNumberId),
    decide: (locked, tx) => intentsForItems(tx, batch.intent, items, locked),
    onOpened: async (operations, tx) => {
      const begun = items.flatMap(({ position, phoneNumberUid }) =>
        operations
          .filter((operation) => operation.phoneNumberUid === phoneNumberUid)
          .map(({ id }) => ({ position, operationId: id })),
      );
      if ((await beginItems(tx, run.lease, begun, deps.clock.now())) < items.length) throw new NotToBeBegun();
    },
  });
}

async function endItems(
  { db }: RunDeps,
  batch: Batch,
  items: readonly BegunItem[],
): Promise<readonly undefined[]> {
  await endDoneItems(db, batch.id, items);
  return items.map(() => undefined);
}

// What a batch would change of one number, or why it is refused. Reads, and writes nothing.
import { isDeepStrictEqual } from "node:util";
import type { AppError } from "../base/errors.ts";
import { refuseChanges } from "../phone-numbers/operations/assignment-rules.ts";
import type { Intent } from "../phone-numbers/operations/operation.ts";
import { type Plan, planIntent } from "../phone-numbers/operations/operation-plan.ts";
import { movedOn } from "../phone-numbers/operations/operation-undo.ts";
import type { PlannedChanges } from "../phone-numbers/operations/planned-changes.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import { visibleToHolder } from "../phone-numbers/visibility.ts";
import type { TwilioClient } from "../twilio/client.ts";
import { problemFromTwilio } from "../twilio/twilio-error.ts";
import type { Batch, BatchItem, ItemProblem } from "./batch.ts";
import { type AgentCheck, assignmentOf, intentFor } from "./batch-intent.ts";
import type { LostNumber, SelectedNumber } from "./batch-selection.ts";
import type { RunDeps } from "./fleet-deps.ts";
import { isOfNumber } from "./item-outcome.ts";

export type PlannedItem = PlannedChanges &
  Pick<
    BatchItem,
    "phoneNumberUid" | "phoneNumberId" | "previous" | "undoes" | "state" | "isDeferred" | "problem"
  >;

/** What the numbers of a page share. */
export interface PageAccess {
  /** Makes a client for a number's account. */
  readonly connect: (number: PhoneNumber) => Promise<TwilioClient>;
  readonly checkAgent: AgentCheck;
}

/** @throws what is not the number's: the run is to be tried again */
export async function planItem(
  deps: RunDeps,
  { intent }: Batch,
  { number, undoes }: SelectedNumber,
  { connect, checkAgent }: PageAccess,
): Promise<PlannedItem> {
  const item = {
    ...NOTHING_PLANNED,
    phoneNumberUid: number.uid,
    phoneNumberId: number.id,
    previous: assignmentOf(number),
    undoes,
  };
  try {
    const intended = await intentFor(deps.db, checkAgent, intent, number, undoes);
    // Nothing of it is left in Twilio, so there is nothing to read.
    if (number.status === "released") return { ...item, state: "pending" };
    const plan = await planNumber(deps, await connect(number), number, intended);
    return {
      ...item,
      changes: plan.changes,
      withheld: visibleToHolder(number, plan.withheld),
      state: hasNothingToDo(number, intended, plan) ? "unchanged" : "pending",
      // A shared resource goes back last, when no other number of the batch relies on it any more.
      isDeferred: intended.undoes !== undefined && touchesService(plan),
      problem: plan.intent.scope?.spared,
    };
  } catch (error) {
    const problem = problemFromTwilio(error);
    // Skipped, it would be left out of a plan that somebody takes for the whole.
    if (!isOfNumber(problem)) throw problem;
    return { ...item, state: "skipped", problem: itemProblem(problem) };
  }
}

/** Somebody who undoes a batch is told of every number that it changed. */
export function lostItem(lost: LostNumber): PlannedItem {
  const problem = itemProblem(movedOn("The organization does not hold the number any more."));
  return { ...NOTHING_PLANNED, ...lost, previous: null, state: "skipped", problem };
}

const NOTHING_PLANNED = { changes: [], withheld: [], isDeferred: false, problem: undefined };

async function planNumber(
  deps: RunDeps,
  client: TwilioClient,
  number: PhoneNumber,
  intent: Intent,
): Promise<Plan> {
  const plan = await planIntent(deps, client, number, intent);
  const refusal = refuseChanges({ number, ...plan });
  if (refusal) throw refusal;
  return plan;
}

/** Whether there is nothing to do: not in Twilio, not in the assignment, and not in what is said of the number. */
function hasNothingToDo(number: PhoneNumber, intent: Intent, { changes }: Plan): boolean {
  const { agentId, channels } = intent;
  return (
    agentId !== undefined &&
    intent.undoes === undefined &&
    changes.length === 0 &&
    isDeepStrictEqual(assignmentOf(number), { agentId, channels }) &&
    (number.health === "ok" || number.health === "unverified")
  );
}

function touchesService({ changes, withheld }: Plan): boolean {
  return [...changes, ...withheld].some(({ resource }) => resource === "service");
}

export function itemProblem({ code, detail, message }: AppError): ItemProblem {
  return { code, detail: detail ?? message };
}

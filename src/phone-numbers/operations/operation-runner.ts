// Carries out one open operation: read, refuse, hold, snapshot, write, verify, commit; and when something fails, back to the
// snapshot. No HTTP call is ever made inside a database transaction. Every step leaves the operation in a phase from
// which recovery can go on if the process dies before the next.
import { AppError } from "../../base/errors.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import { originalConfig } from "../../twilio/desired-config.ts";
import { type Observed, resourcesOf } from "../../twilio/observed.ts";
import { problemFromTwilio, TwilioError } from "../../twilio/twilio-error.ts";
import {
  applyChanges,
  type Change,
  givenConfig,
  planWebhooks,
  type ResourceConfig,
} from "../../twilio/webhook-config.ts";
import { readWebhooks, writeWebhooks } from "../../twilio/webhook-manager.ts";
import type { Health, PhoneNumber } from "../phone-number.ts";
import type { NumberState } from "../phone-number-store.ts";
import { visibleToHolder } from "../visibility.ts";
import type { Operation } from "./operation.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { type HeldPlan, planAndHold } from "./operation-holds.ts";
import { advance, closeOperation, requireLease } from "./operation-log.ts";
import { numberTarget } from "./operation-plan.ts";
import { errorOf, unknownOutcome, withOperation } from "./operation-problems.ts";
import { isWritten, restore } from "./operation-restore.ts";
import { findOperation } from "./operation-store.ts";
import { changedSincePlan, isAsPlanned, type PlannedChanges } from "./planned-changes.ts";

/**
 * @param planned what has been agreed to; anything else is refused before it is written
 * @throws AppError: the problem to show. The operation has ended then, or recovery will end it.
 */
export async function runOperation(
  deps: OperationDeps,
  opened: Operation,
  number: PhoneNumber,
  planned?: PlannedChanges,
): Promise<Operation> {
  await deps.onStep("opened", opened);
  const { client, plan, operation: prepared } = await prepare(deps, opened, number, planned);
  await deps.onStep("state_read", prepared);
  const patch = {
    phase: "writing",
    intent: plan.intent,
    // No change of an operator's service is planned for anybody else by now, so no way back needs what is left out.
    snapshot: visibleToHolder(number, resourcesOf(plan.observed)),
    // Shown to nobody, and whole: an operator's service must not be restored while a number that it lent relies on it.
    desired: plan.desired,
    changes: plan.changes,
    withheld: visibleToHolder(number, plan.withheld),
    lastWriteAt: deps.clock.now(),
  } as const;
  const operation = await deps.writer.advance({ operation: prepared, patch });
  await deps.onStep("snapshot_stored", operation);
  try {
    await writeChanges(deps, client, operation, plan.changes);
    await deps.onStep("written", operation);
    return await commit(deps, operation, number, healthAfter(plan.observed, operation));
  } catch (error) {
    return recoverFrom(deps, operation, number, client, error);
  }
}

/** Everything before the first write. Whatever fails here, nothing has changed, and the operation ends at once. */
async function prepare(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  planned: PlannedChanges | undefined,
): Promise<HeldPlan & { readonly client: TwilioClient }> {
  try {
    const client = await deps.connect(deps, number);
    const held = await planAndHold(deps, client, operation, number);
    if (planned && !isAsPlanned(planned, held.plan)) throw changedSincePlan();
    return { client, ...held };
  } catch (error) {
    const problem = problemFromTwilio(error);
    if (!(problem instanceof AppError)) {
      deps.log.error({ err: error, operationId: operation.id }, "operation.broke");
    }
    const outcome = problem instanceof AppError && problem === error ? "refused" : "rolled_back";
    await closeOperation(deps, operation, number, outcome, errorOf(problem));
    throw withOperation(problem, operation, outcome);
  }
}

function writeChanges(
  deps: OperationDeps,
  client: TwilioClient,
  operation: Operation,
  changes: readonly Change[],
): Promise<void> {
  let logged = operation;
  let isFirst = true;
  return writeWebhooks(client, changes, async () => {
    // The entry with the snapshot has only just renewed the lease.
    if (!isFirst) logged = await advance(deps, operation, { lastWriteAt: deps.clock.now() });
    isFirst = false;
    await deps.onStep("writing", operation);
    requireLease(deps, logged);
  });
}

/** Something that may not be read could still overrule a channel that was configured. */
function healthAfter(observed: Observed, { intent }: Operation): Health {
  const isSmsRead = !intent.channels.sms || observed.service.known;
  const isWhatsAppRead = !intent.channels.whatsapp || observed.senderService.known;
  return isSmsRead && isWhatsAppRead ? "ok" : "unverified";
}

async function commit(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  health: Health,
): Promise<Operation> {
  const { undoes } = operation.intent;
  const undone = undoes === undefined ? undefined : await findOperation(deps.db, number.orgId, undoes);
  const state = stateAfter(deps, operation, number, { health, previous: undone?.previous });
  const committed = await deps.writer.commit({ operation, number, state });
  await deps.onStep("committed", committed);
  return committed;
}

/** @param previous of the operation that is undone */
function stateAfter(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  { health, previous }: { readonly health: Health; readonly previous: Operation["previous"] | undefined },
): NumberState {
  const { intent, snapshot = [], changes = [] } = operation;
  const observed = applyChanges(snapshot, changes);
  if (intent.agentId === undefined) {
    return { assignment: undefined, desired: undefined, observed, original: undefined, health: "unassigned" };
  }
  // Nobody assigns anything when what was assigned is mended.
  const assignedAt = (intent.scope && number.assignment?.assignedAt) ?? deps.clock.now();
  const { desired, original } = previous ?? {
    desired: givenAfter(operation, number, observed),
    original: originalAfter(operation, number),
  };
  return {
    assignment: { agentId: intent.agentId, channels: intent.channels, assignedAt },
    desired,
    observed,
    original,
    health: leavesDrift(operation, number, intent.scope ? desired : observed) ? "drifted" : health,
  };
}

/** Of what is not written, what was given before says whether somebody has changed them since. */
function givenAfter(
  { intent, desired }: Operation,
  number: PhoneNumber,
  observed: readonly ResourceConfig[],
): NumberState["desired"] {
  return intent.scope && desired ? givenConfig(desired, number.desired ?? [], observed) : desired;
}

function originalAfter({ intent, previous, snapshot = [] }: Operation, number: PhoneNumber) {
  const managed = previous?.channels;
  const added = {
    sms: intent.channels.sms && !managed?.sms,
    whatsapp: intent.channels.whatsapp && !managed?.whatsapp,
  };
  return originalConfig(number.original, snapshot, added);
}

/**
 * An undo puts back what stood there, which may be what somebody else had made of the agent's configuration. Healing leaves
 * other classes as they are, which may be what was wanted before the public URL changed.
 *
 * @param held what Twilio holds; of what is healed, what it was given
 */
function leavesDrift(
  { intent, desired = [] }: Operation,
  number: PhoneNumber,
  held: readonly ResourceConfig[] = [],
): boolean {
  return (
    (intent.scope?.leavesDrift ?? false) || planWebhooks(visibleToHolder(number, desired), held).length > 0
  );
}

/** A step after the first possible write has failed. */
async function recoverFrom(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  client: TwilioClient,
  error: unknown,
): Promise<Operation> {
  const problem = problemFromTwilio(error);
  if (!isDecidable(problem)) throw unknownOutcome(operation, error);
  const isUncertain = mayStillLand(error);
  // What fails here counts as no: going back is right as well, and is checked again later.
  const committed = isUncertain
    ? await commitIfWritten(deps, operation, number, client).catch(() => undefined)
    : undefined;
  if (committed) return committed;
  const back = advance(deps, operation, {
    phase: "restoring",
    error: errorOf(problem),
    // After a definite answer nothing can land late, so there is nothing to wait for.
    lastWriteAt: isUncertain ? deps.clock.now() : null,
  });
  const restoring = await back.catch((cause: unknown) => {
    throw unknownOutcome(operation, cause);
  });
  const outcome = await restore(deps, restoring, number, client);
  throw withOperation(problem, operation, outcome.state === "open" ? "settling" : outcome.state);
}

/** No answer, or Twilio accepted a write and does not show it: a sender's update takes effect some time after its 202. */
function mayStillLand(error: unknown): boolean {
  if (error instanceof TwilioError) return error.isAmbiguous;
  return error instanceof AppError && error.code === "twilio_state_differs";
}

/**
 * Finishes forward when Twilio holds the whole change.
 *
 * @returns undefined when the operation must go back: not all is there, or the agent was deleted meanwhile
 */
export async function commitIfWritten(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  client: TwilioClient,
): Promise<Operation | undefined> {
  if (!(await isWritten(client, operation))) return undefined;
  try {
    return await commit(deps, operation, number, await healthNow(client, operation, number));
  } catch (error) {
    if (error instanceof AppError && error.code === "agent_not_found") return undefined;
    throw error;
  }
}

/** What the plan could not read is not written down with the operation, so it is asked for again. @throws TwilioError */
async function healthNow(client: TwilioClient, operation: Operation, number: PhoneNumber): Promise<Health> {
  const { channels } = operation.intent;
  if (!channels.sms && !channels.whatsapp) return "ok";
  return healthAfter(await readWebhooks(client, numberTarget(number), channels), operation);
}

/**
 * Whether this process may decide: it knows what Twilio said, and still holds the lease. If the database failed, or
 * the lease is lost, or a bug struck, the log is the only truth, and recovery reads it.
 */
function isDecidable(problem: unknown): problem is AppError {
  return problem instanceof AppError && problem.code !== "operation_lost";
}

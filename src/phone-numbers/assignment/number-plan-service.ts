// What a change of one number would do, for somebody to look at before it is done. Reads, and writes nothing anywhere.
import { requireAgent } from "../../agents/agent-service.ts";
import { type Actor, requireRole } from "../../auth/actor.ts";
import { AppError, assertNever } from "../../base/errors.ts";
import { problemFromTwilio } from "../../twilio/twilio-error.ts";
import type { Change } from "../../twilio/webhook-config.ts";
import { refuseAssignment, refuseChanges, takenByTakeover } from "../operations/assignment-rules.ts";
import type { Intent, Spared } from "../operations/operation.ts";
import { clientForNumber, type Plan, planIntent } from "../operations/operation-plan.ts";
import type { AssignPhoneNumber, PhoneNumber, UnassignPhoneNumber } from "../phone-number.ts";
import { getPhoneNumber } from "../phone-number-lookup.ts";
import { visibleToHolder } from "../visibility.ts";
import {
  type AssignmentDeps,
  intentToAssign,
  intentToConfigure,
  intentToUnassign,
  requireReachable,
} from "./phone-number-service.ts";

export type NumberChange =
  | ({ readonly action: "assign" } & AssignPhoneNumber)
  | { readonly action: "configure"; readonly phoneNumberId: string }
  | ({ readonly action: "unassign" } & UnassignPhoneNumber);

export interface NumberPlan {
  readonly phoneNumber: PhoneNumber;
  /** What would be written; shown for a refused change as well, as far as it is known. */
  readonly changes: readonly Change[];
  /** What putting back would write as well, if other numbers did not rely on it. */
  readonly withheld: readonly Change[];
  /** Why something would be left as it is. */
  readonly left: Spared | undefined;
  /** Why the change would be refused as it was asked for. */
  readonly refusal: AppError | undefined;
  /** What an assignment takes from others, and is refused for without takeover. */
  readonly takes: { readonly agentId: string | undefined; readonly changes: readonly Change[] };
}

/**
 * Plans the change as it would be made now.
 *
 * @throws AppError `phone_number_not_found`, `agent_not_found`, `forbidden`, `twilio_…`: without these there is no plan
 */
export async function planNumberChange(
  deps: AssignmentDeps,
  actor: Actor,
  change: NumberChange,
): Promise<NumberPlan> {
  const number = await getPhoneNumber(deps.db, actor, change.phoneNumberId);
  if (change.action === "assign") {
    if (change.takeover) requireRole(actor, "admin");
    await requireAgent(deps.db, actor.orgId, change.agentId);
  }
  const early = whyRefusedAtOnce(deps, number, change);
  const intent = refusalOr(() => intentOf(number, change));
  // Nothing of a released number is left in Twilio, so there is nothing to read.
  if (intent instanceof AppError || number.status === "released") {
    return {
      ...NOTHING,
      phoneNumber: number,
      refusal: early ?? (intent instanceof AppError ? intent : undefined),
    };
  }
  const plan = await readPlan(deps, number, intent);
  return {
    phoneNumber: number,
    changes: visibleToHolder(number, plan.changes),
    withheld: visibleToHolder(number, plan.withheld),
    left: plan.intent.scope?.spared,
    refusal: early ?? refuseChanges({ number, ...plan }),
    takes: change.action === "assign" ? takenBy(number, change, plan) : NOTHING.takes,
  };
}

const NOTHING = {
  changes: [],
  withheld: [],
  left: undefined,
  takes: { agentId: undefined, changes: [] },
} as const;

/** What is said before Twilio is asked. */
function whyRefusedAtOnce(
  deps: AssignmentDeps,
  number: PhoneNumber,
  change: NumberChange,
): AppError | undefined {
  const { openOperationId: operationId } = number;
  if (operationId !== undefined) {
    return new AppError("operation_in_progress", {
      detail: "Plan again when it has ended.",
      extensions: { operationId },
      retryAfterSeconds: 2,
    });
  }
  if (change.action === "assign") {
    const refusal = refuseAssignment(number, change);
    if (refusal) return refusal;
  }
  return change.action === "unassign" ? undefined : whyUnreachable(deps);
}

function whyUnreachable(deps: AssignmentDeps): AppError | undefined {
  return refusalOr(() => {
    requireReachable(deps);
    return undefined;
  });
}

/** As if takeover had been asked for, where that is what is missing: what it would take is to be seen. */
function intentOf(number: PhoneNumber, change: NumberChange): Intent {
  switch (change.action) {
    case "assign":
      return { ...intentToAssign(number, { ...change, takeover: true }), takeover: change.takeover ?? false };
    case "configure":
      return intentToConfigure(number);
    case "unassign":
      return intentToUnassign(number, change);
    default:
      return assertNever(change);
  }
}

async function readPlan(deps: AssignmentDeps, number: PhoneNumber, intent: Intent): Promise<Plan> {
  try {
    return await planIntent(deps, await clientForNumber(deps, number), number, intent);
  } catch (error) {
    throw problemFromTwilio(error);
  }
}

function takenBy(number: PhoneNumber, { agentId }: AssignPhoneNumber, plan: Plan): NumberPlan["takes"] {
  const current = number.assignment?.agentId;
  return {
    agentId: current === agentId ? undefined : current,
    changes: takenByTakeover(visibleToHolder(number, plan.changes), plan.ours),
  };
}

/** What a rule throws, as a value. */
function refusalOr<T>(decide: () => T): T | AppError {
  try {
    return decide();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

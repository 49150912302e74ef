// Assigns numbers to agents, takes them back and configures them again. Each is one operation: Twilio and the database
// change together or not at all. This file decides what is intended; operation-runner.ts carries it out.
import type { Agent } from "../../agents/agent.ts";
import { requireAgent } from "../../agents/agent-service.ts";
import { type Actor, requireRole } from "../../auth/actor.ts";
import { AppError } from "../../base/errors.ts";
import { whyTwilioRefuses } from "../../twilio/public-url.ts";
import { refuseAssignment, released } from "../operations/assignment-rules.ts";
import type { Intent, Operation } from "../operations/operation.ts";
import type { OperationDeps } from "../operations/operation-deps.ts";
import { openOperation } from "../operations/operation-opening.ts";
import { runOperation } from "../operations/operation-runner.ts";
import type { PlannedChanges } from "../operations/planned-changes.ts";
import type { AssignPhoneNumber, PhoneNumber, UnassignPhoneNumber } from "../phone-number.ts";
import { findPhoneNumber } from "../phone-number-store.ts";

export interface AssignmentDeps extends OperationDeps {
  /** True where an emulator or a proxy stands in for Twilio and may well reach localhost. */
  readonly isTwilioReplaced: boolean;
}

export interface AssignmentResult {
  readonly phoneNumber: PhoneNumber;
  readonly agent: Agent;
  readonly operation: Operation;
}

/**
 * Assigns a number to an agent and configures its webhooks in Twilio, or changes nothing. Assigning the same agent again
 * sets the channels anew. A channel that was managed and is no longer asked for is released.
 *
 * @throws AppError see docs/errors: refusals (404, 409) change nothing; on 502 and 503 `outcome` tells what became of it
 */
export async function assignPhoneNumber(
  deps: AssignmentDeps,
  actor: Actor,
  input: AssignPhoneNumber,
): Promise<AssignmentResult> {
  // What is taken is somebody else's: another agent's, another deployment's.
  if (input.takeover) requireRole(actor, "admin");
  requireReachable(deps);
  const agent = await requireAgent(deps.db, actor.orgId, input.agentId);
  const { operation, number } = await openOperation(deps, actor, {
    kind: "assign",
    phoneNumberId: input.phoneNumberId,
    decide: (locked) => intentToAssign(locked, input),
  });
  return finish(deps, await runOperation(deps, operation, number), number, agent);
}

/** @throws AppError what `refuseAssignment` refuses */
export function intentToAssign(number: PhoneNumber, input: AssignPhoneNumber): Intent {
  const refusal = refuseAssignment(number, input);
  if (refusal) throw refusal;
  return {
    agentId: input.agentId,
    channels: { sms: input.enableSms ?? false, whatsapp: input.enableWhatsApp ?? false },
    takeover: input.takeover ?? false,
    restore: false,
  };
}

/**
 * Writes the webhooks of an assigned number again, as they should be.
 *
 * @throws AppError as `assignPhoneNumber`, and `number_not_assigned`
 */
export async function configurePhoneNumber(
  deps: AssignmentDeps,
  actor: Actor,
  phoneNumberId: string,
): Promise<AssignmentResult> {
  requireReachable(deps);
  const { operation, number } = await openOperation(deps, actor, {
    kind: "configure",
    phoneNumberId,
    decide: (locked) => intentToConfigure(locked),
  });
  const committed = await runOperation(deps, operation, number);
  // Nothing may fail between the beginning of an operation and its run: the number would stay locked for a lease.
  const agent = await requireAgent(deps.db, actor.orgId, committed.intent.agentId ?? "");
  return finish(deps, committed, number, agent);
}

/** @throws AppError `number_released`, `number_not_assigned` */
export function intentToConfigure(number: PhoneNumber): Intent {
  if (number.status === "released") throw released();
  if (!number.assignment) throw notAssigned();
  const { agentId, channels } = number.assignment;
  return { agentId, channels, takeover: false, restore: false, maySpareSender: true };
}

/**
 * Takes a number back from its agent: clears our webhooks where they are still ours, or with `restore` puts back what
 * stood there before the first assignment. A number that is gone from Twilio is only forgotten. A Messaging Service that
 * another assigned number relies on is not put back; `withheld` of the operation says what would have been.
 *
 * @throws AppError `phone_number_not_found`, `number_not_assigned`, `nothing_to_restore`, `operation_in_progress`, `twilio_…`
 */
export async function unassignPhoneNumber(
  deps: OperationDeps,
  actor: Actor,
  input: UnassignPhoneNumber,
): Promise<Omit<AssignmentResult, "agent">> {
  const { operation, number } = await openOperation(deps, actor, {
    kind: "unassign",
    phoneNumberId: input.phoneNumberId,
    decide: (locked) => intentToUnassign(locked, input),
  });
  return {
    operation: await carryOut(deps, operation, number),
    phoneNumber: await reread(deps, number),
  };
}

/** As `runOperation`, for a number that may be gone from Twilio: only an unassignment gets as far with one. */
export async function carryOut(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  planned?: PlannedChanges,
): Promise<Operation> {
  if (number.status === "released") return deps.writer.commit({ operation, number, state: NOTHING_LEFT });
  return runOperation(deps, operation, number, planned);
}

const NOTHING_LEFT = {
  assignment: undefined,
  desired: undefined,
  observed: undefined,
  original: undefined,
  health: "unassigned",
} as const;

/** @throws AppError `number_not_assigned`, `nothing_to_restore` */
export function intentToUnassign(
  number: PhoneNumber,
  { restore = false }: Pick<UnassignPhoneNumber, "restore">,
): Intent {
  if (!number.assignment) throw notAssigned();
  if (restore && !number.original) {
    throw new AppError("nothing_to_restore", {
      detail: "Send it without restore: true to clear our webhooks instead.",
    });
  }
  return { channels: { sms: false, whatsapp: false }, takeover: false, restore };
}

export function notAssigned(): AppError {
  return new AppError("number_not_assigned", { detail: "Assign it to an agent first." });
}

/** Twilio would answer 21402 for such a URL; said here it comes with the way out. @throws AppError `public_url_unreachable` */
export function requireReachable({ publicUrl, isTwilioReplaced }: AssignmentDeps): void {
  const reason = isTwilioReplaced ? undefined : whyTwilioRefuses(publicUrl);
  if (reason !== undefined) throw new AppError("public_url_unreachable", { detail: reason });
}

async function finish(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  agent: Agent,
): Promise<AssignmentResult> {
  return { operation, agent, phoneNumber: await reread(deps, number) };
}

async function reread(deps: OperationDeps, number: PhoneNumber): Promise<PhoneNumber> {
  return (await findPhoneNumber(deps.db, number.orgId, number.id)) ?? number;
}

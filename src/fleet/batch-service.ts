// Configures many numbers at once: every one is the same operation as a single configuration.
import pMap from "p-map";
import { inBatch } from "../accounts/twilio-clients.ts";
import type { Actor } from "../auth/actor.ts";
import { AppError, messageOf } from "../base/errors.ts";
import { refuseChanges } from "../phone-numbers/assignment-rules.ts";
import { clientForNumber, planIntent } from "../phone-numbers/operation-plan.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import {
  type AssignmentDeps,
  configurePhoneNumber,
  intentToConfigure,
} from "../phone-numbers/phone-number-service.ts";
import { listPhoneNumbers } from "../phone-numbers/phone-number-store.ts";
import { problemFromTwilio } from "../twilio/twilio-error.ts";
import type { Change } from "../twilio/webhook-config.ts";

export interface ConfigureNumbers {
  /** Only the numbers of this agent; all assigned numbers of the organization without it. */
  readonly agentId?: string | undefined;
}

export interface BatchError {
  readonly phoneNumberId: string;
  readonly code: string;
  readonly detail: string;
}

export interface BatchResult {
  readonly success: number;
  readonly failed: number;
  readonly errors: readonly BatchError[];
}

export interface PlannedNumber {
  readonly phoneNumberId: string;
  readonly changes: readonly Change[];
}

const CONCURRENCY = 8;
const PAGE_SIZE = 500;

/** Configures the organization's own assigned, active numbers again. One number's failure does not keep the others back. */
export async function configureNumbers(
  deps: AssignmentDeps,
  actor: Actor,
  input: ConfigureNumbers,
): Promise<BatchResult> {
  const errors: BatchError[] = [];
  const busy: PhoneNumber[] = [];
  let success = 0;
  const configure = async (number: PhoneNumber, mayWait: boolean) => {
    try {
      await configurePhoneNumber(inBatch(deps), actor, number.id);
      success++;
    } catch (error) {
      if (mayWait && isInProgress(error)) busy.push(number);
      else errors.push(batchError(number, error));
    }
  };
  await eachAssigned(deps, actor, input, (number) => configure(number, true));
  // Numbers of one Messaging Service may have been in each other's way, so they are taken one at a time now.
  for (const number of busy) await configure(number, false);
  return { success, failed: errors.length, errors };
}

function isInProgress(error: unknown): boolean {
  return error instanceof AppError && error.code === "operation_in_progress";
}

/** What `configureNumbers` would write, and what it would be refused. Writes nothing. */
export async function planNumbers(
  deps: AssignmentDeps,
  actor: Actor,
  input: ConfigureNumbers,
): Promise<{ readonly planned: readonly PlannedNumber[]; readonly errors: readonly BatchError[] }> {
  const planned: PlannedNumber[] = [];
  const errors: BatchError[] = [];
  await eachAssigned(deps, actor, input, async (number) => {
    try {
      const client = await clientForNumber(inBatch(deps), number);
      const intent = intentToConfigure(number);
      const plan = await planIntent(deps, client, number, intent);
      // What would be refused would not be written; and a refusal names nothing that is hidden from the number's holder.
      const refusal = refuseChanges({ number, intent, ...plan });
      if (refusal) throw refusal;
      planned.push({ phoneNumberId: number.id, changes: plan.changes });
    } catch (error) {
      errors.push(batchError(number, problemFromTwilio(error)));
    }
  });
  return { planned, errors };
}

async function eachAssigned(
  deps: AssignmentDeps,
  actor: Actor,
  { agentId }: ConfigureNumbers,
  work: (number: PhoneNumber) => Promise<void>,
): Promise<void> {
  for (let afterId = ""; ; ) {
    const page = await listPhoneNumbers(deps.db, actor.orgId, {
      agentId,
      assigned: true,
      afterId,
      limit: PAGE_SIZE,
    });
    await pMap(
      page.filter(({ status }) => status === "active"),
      work,
      { concurrency: CONCURRENCY },
    );
    const last = page.at(-1);
    if (!last || page.length < PAGE_SIZE) return;
    afterId = last.id;
  }
}

function batchError(number: PhoneNumber, error: unknown): BatchError {
  const code = error instanceof AppError ? error.code : "internal_error";
  const detail = error instanceof AppError ? (error.detail ?? error.message) : messageOf(error);
  return { phoneNumberId: number.id, code, detail };
}

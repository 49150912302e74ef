// What a batch intends with one number; the same decisions as for a single one.
import { isDeepStrictEqual } from "node:util";
import { requireAgent } from "../agents/agent-service.ts";
import type { Actor } from "../auth/actor.ts";
import { AppError, assertNever } from "../base/errors.ts";
import type { Db } from "../db/connect.ts";
import {
  intentToAssign,
  intentToConfigure,
  intentToUnassign,
} from "../phone-numbers/assignment/phone-number-service.ts";
import type { Intent, OperationKind } from "../phone-numbers/operations/operation.ts";
import type { Decided } from "../phone-numbers/operations/operation-opening.ts";
import { intentToUndo } from "../phone-numbers/operations/operation-undo.ts";
import { changedSincePlan } from "../phone-numbers/operations/planned-changes.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import type { Batch, BatchIntent, BatchItem } from "./batch.ts";

export function operationKind({ action }: BatchIntent): OperationKind {
  return action;
}

/** @throws AppError `agent_not_found` */
export type AgentCheck = (orgId: string, agentId: string) => Promise<unknown>;

/** Looks for each agent once, since most numbers of a batch have the same. For one transaction or page: agents come and go. */
export function checkAgentsOnce(db: Db): AgentCheck {
  const checked = new Map<string, Promise<unknown>>();
  return (orgId, agentId) => {
    const key = JSON.stringify([orgId, agentId]);
    const found = checked.get(key) ?? requireAgent(db, orgId, agentId);
    checked.set(key, found);
    return found;
  };
}

/** @throws AppError: why this number is refused */
export async function intentFor(
  db: Db,
  checkAgent: AgentCheck,
  intent: BatchIntent,
  number: PhoneNumber,
  undoes: string | undefined,
): Promise<Intent> {
  switch (intent.action) {
    case "configure":
      return intentToConfigure(number);
    case "assign": {
      const { agentId, channels, takeover } = intent;
      await checkAgent(number.orgId, agentId);
      return intentToAssign(number, {
        phoneNumberId: number.id,
        agentId,
        enableSms: channels.sms,
        enableWhatsApp: channels.whatsapp,
        takeover,
      });
    }
    case "unassign":
      return intentToUnassign(number, intent);
    case "undo": {
      const undo = await intentToUndo(db, number, undoes ?? "");
      if (undo.agentId !== undefined) await checkAgent(number.orgId, undo.agentId);
      return undo;
    }
    default:
      return assertNever(intent);
  }
}

/** On whose behalf a batch changes numbers. */
export function actorOf({ orgId, actor, appliedBy }: Batch): Actor {
  return { orgId, ...(appliedBy ?? actor) };
}

/** The assignment of a number as a plan notes it. */
export function assignmentOf({ assignment }: PhoneNumber): BatchItem["previous"] {
  return assignment ? { agentId: assignment.agentId, channels: assignment.channels } : null;
}

/** The intents for items, on their locked numbers. @throws AppError: why one is refused */
export async function intentsForItems(
  tx: Db,
  intent: BatchIntent,
  items: readonly BatchItem[],
  locked: readonly PhoneNumber[],
): Promise<readonly Decided[]> {
  const checkAgent = checkAgentsOnce(tx);
  const decided: Decided[] = [];
  for (const item of items) {
    // An id that was given to another number since is not the number that was planned.
    const number = locked.find(({ uid }) => uid === item.phoneNumberUid);
    if (!number) throw new AppError("phone_number_not_found");
    if (!isDeepStrictEqual(assignmentOf(number), item.previous)) throw changedSincePlan();
    decided.push({ number, intent: await intentFor(tx, checkAgent, intent, number, item.undoes) });
  }
  return decided;
}

// Pure: whether what Twilio showed of a number can be taken for its state, or may be the middle of somebody's change of it.
import type { PhoneNumber } from "./phone-number.ts";

/** What of a number tells that it is being changed, or was. */
export type Movement = Pick<PhoneNumber, "openOperationId" | "observedAt" | "settledAt">;

/** Whether nobody has changed it, or tried to, between two looks at it. */
export function wasStill(before: Movement, after: Movement): boolean {
  return (
    before.openOperationId === undefined &&
    after.openOperationId === undefined &&
    isSame(before.observedAt, after.observedAt) &&
    isSame(before.settledAt, after.settledAt)
  );
}

/** When something was last known of it for sure; what Twilio showed before is to be asked for again. */
export function knownSince({ observedAt, settledAt }: Omit<Movement, "openOperationId">): Date | undefined {
  if (observedAt === undefined || settledAt === undefined) return observedAt ?? settledAt;
  return observedAt > settledAt ? observedAt : settledAt;
}

function isSame(a: Date | undefined, b: Date | undefined): boolean {
  return a?.getTime() === b?.getTime();
}

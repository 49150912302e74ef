// Pure: whether a number may send or call, and for whom it does.
import { AppError } from "../base/errors.ts";
import { released } from "../phone-numbers/operations/assignment-rules.ts";
import type { Capabilities, PhoneNumber } from "../phone-numbers/phone-number.ts";
import type { Holder } from "../traffic/traffic-report.ts";

/** What goes out goes out as an agent's. */
export interface Sender extends Holder {
  readonly agentId: string;
}

const CAPABLE_OF: Record<keyof Capabilities, string> = {
  voice: "calls",
  sms: "SMS",
  mms: "pictures and other media (MMS)",
};

/** @throws AppError `number_released`, `number_not_assigned`, `capability_missing` */
export function senderOf(number: PhoneNumber, needs: readonly (keyof Capabilities)[]): Sender {
  if (number.status === "released") throw released();
  if (!number.assignment) {
    throw new AppError("number_not_assigned", {
      detail: "Messages and calls go out as an agent's. Assign the number to one first.",
    });
  }
  const missing = needs.find((capability) => !number.capabilities[capability]);
  if (missing) {
    throw new AppError("capability_missing", {
      detail: `In Twilio this number is not capable of ${CAPABLE_OF[missing]}. Choose another number.`,
    });
  }
  return { orgId: number.orgId, phoneNumberId: number.id, agentId: number.assignment.agentId };
}

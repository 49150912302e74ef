// Pure: who changes back what is healed, as far as Twilio tells.
import type { Json } from "../base/json.ts";
import type { RecordedChange } from "../twilio/monitor-events.ts";
import type { Known } from "../twilio/observed.ts";

export interface Who {
  readonly text: string;
  readonly changedBy: Json;
}

/** Users and addresses of the operator's account are its own affair. */
export const OPERATORS: Who = { text: "The account's operator may know who.", changedBy: null };

export function whoOf(change: Known<RecordedChange | undefined>): Who {
  if (!change.known) return { text: `It is not known who: ${change.reason}`, changedBy: null };
  if (!change.value) return { text: "Twilio has recorded nobody.", changedBy: null };
  const { actorType, actorSid, source, sourceIpAddress, at } = change.value;
  const text = `Last changed by ${actorType} ${actorSid} through ${source}.`;
  return { text, changedBy: { actorType, actorSid, source, sourceIpAddress, at: at.toISOString() } };
}

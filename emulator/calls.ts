import { rfc2822 } from "./formats.ts";
import { type Instance, newSid } from "./instance.ts";
import { priceCall } from "./prices.ts";
import type { CallResource } from "./resources.ts";

export interface CallSeed {
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  readonly direction: CallResource["direction"];
  readonly status: string;
  readonly phoneNumberSid: string | null;
  readonly trunkSid?: string | null;
  /** The call whose <Dial> made this one. */
  readonly parentSid?: string;
}

export function addCall(instance: Instance, seed: CallSeed): CallResource {
  const date = rfc2822(instance.options.now());
  return instance.state.calls.add({
    sid: newSid(instance, "CA"),
    account_sid: seed.accountSid,
    parent_call_sid: seed.parentSid ?? null,
    from: seed.from,
    to: seed.to,
    phone_number_sid: seed.phoneNumberSid,
    trunk_sid: seed.trunkSid ?? null,
    status: seed.status,
    direction: seed.direction,
    duration: null,
    price: null,
    price_unit: "USD",
    start_time: null,
    end_time: null,
    answered_by: null,
    forwarded_from: null,
    caller_name: null,
    group_sid: null,
    queue_time: "0",
    api_version: "2010-04-01",
    date_created: date,
    date_updated: date,
  });
}

export const CALL_ENDS: ReadonlySet<string> = new Set([
  "completed",
  "busy",
  "no-answer",
  "failed",
  "canceled",
]);

/** Begins the talking, once. */
export function answerCall(instance: Instance, call: CallResource): void {
  if (call.start_time !== null) return;
  const now = rfc2822(instance.options.now());
  call.status = "in-progress";
  call.start_time = now;
  call.date_updated = now;
  instance.state.days.addCall(call, instance.options.now());
}

/** Ends a call; only one that was answered has a duration. Does nothing to one that has ended already. */
export function endCall(
  instance: Instance,
  call: CallResource,
  status: string,
  durationSeconds: number,
): void {
  if (CALL_ENDS.has(call.status)) return;
  const endMs = instance.options.now() + (call.start_time ? durationSeconds * 1000 : 0);
  call.status = status;
  call.duration = status === "completed" ? String(Math.ceil(durationSeconds)) : null;
  call.end_time = rfc2822(endMs);
  call.date_updated = call.end_time;
  if (instance.options.autoPrice) priceCall(call);
}

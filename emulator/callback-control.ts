import type { Instance } from "./instance.ts";
import { deliverHeld } from "./status-callback.ts";
import type { Control } from "./types.ts";

export type CallbackControl = Pick<
  Control,
  "holdStatusCallbacks" | "heldStatusCallbacks" | "deliverHeld" | "dropHeld"
>;

/** The network between Twilio and a status URL: what it loses, repeats and reorders. */
export function callbackControl(instance: Instance): CallbackControl {
  const { held } = instance;
  return {
    holdStatusCallbacks: (isHolding) => {
      held.isHolding = isHolding;
    },
    heldStatusCallbacks: () => held.list(),
    deliverHeld: async (id) => deliverHeld(instance, id),
    dropHeld: (ids) => held.drop(ids),
  };
}

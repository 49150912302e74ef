import { placeCall } from "./inbound-call.ts";
import { receiveMessage } from "./inbound-message.ts";
import type { Instance } from "./instance.ts";
import { advanceCall } from "./outbound-call.ts";
import { advanceMessage } from "./outbound-message.ts";
import type { CallResource, MessageResource } from "./resources.ts";
import type { Control } from "./types.ts";

export type TrafficControl = Pick<
  Control,
  | "placeCall"
  | "receiveMessage"
  | "advanceMessage"
  | "advanceCall"
  | "setPrice"
  | "repeatAcrossPages"
  | "conversationsCapture"
  | "idle"
>;

/** Calls and messages: what happens on the telephone network, seen from Twilio. */
export function trafficControl(instance: Instance): TrafficControl {
  return {
    placeCall: (call) => placeCall(instance, call),
    receiveMessage: (message) => receiveMessage(instance, message),
    advanceMessage: async (sid, status, { errorCode } = {}) => {
      const message = messageIn(instance, sid);
      const webhooks = await advanceMessage(instance, message, status, errorCode);
      return { message: { ...message }, webhooks };
    },
    advanceCall: async (sid, status, details) =>
      advanceCall(instance, callIn(instance, sid), status, details),
    setPrice: (sid, price) => {
      const resource = sid.startsWith("CA") ? callIn(instance, sid) : messageIn(instance, sid);
      resource.price = price;
    },
    repeatAcrossPages: (isRepeating) => {
      instance.repeatAcrossPages = isRepeating;
    },
    conversationsCapture: (isCapturing) => {
      instance.conversationsCapture = isCapturing;
    },
    idle: () => instance.tasks.idle(),
  };
}

function messageIn(instance: Instance, sid: string): MessageResource {
  const message = instance.state.messages.get(sid);
  if (!message) throw new Error(`There is no message ${sid} in the emulator`);
  return message;
}

function callIn(instance: Instance, sid: string): CallResource {
  const call = instance.state.calls.get(sid);
  if (!call) throw new Error(`There is no call ${sid} in the emulator`);
  return call;
}

// What a call or message may be, to choose from. Their names are typed: one that the server comes to know is missed here by
// the compiler.
import type { KnownCallStatus } from "../../../../src/traffic/call-status.ts";
import type { KnownMessageStatus } from "../../../../src/traffic/message-status.ts";

const CALL: Record<KnownCallStatus, true> = {
  queued: true,
  initiated: true,
  ringing: true,
  "in-progress": true,
  completed: true,
  busy: true,
  "no-answer": true,
  canceled: true,
  failed: true,
};

const MESSAGE: Record<KnownMessageStatus, true> = {
  accepted: true,
  scheduled: true,
  queued: true,
  sending: true,
  sent: true,
  partially_delivered: true,
  delivered: true,
  read: true,
  undelivered: true,
  failed: true,
  canceled: true,
  receiving: true,
  received: true,
};

export const STATUSES = { calls: Object.keys(CALL), messages: Object.keys(MESSAGE) } as const;

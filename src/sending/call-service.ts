// Places calls from an agent's number; the agent answers them. No call is placed twice, whatever Twilio answers or not.
import type { Actor } from "../auth/actor.ts";
import { clientForNumber } from "../phone-numbers/operations/operation-plan.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import { getPhoneNumber } from "../phone-numbers/phone-number-lookup.ts";
import { type Call, callFromReport } from "../traffic/call.ts";
import type { CallReport } from "../traffic/traffic-report.ts";
import { webhookUrls } from "../twilio/webhook-urls.ts";
import { type Creation, createOnce } from "./create-once.ts";
import { recordSent } from "./record-sent.ts";
import { type Sender, senderOf } from "./sender.ts";
import type { RequestedSendingDeps, SendingDeps } from "./sending-deps.ts";
import { createCall, findCalls, type MachineDetection } from "./twilio-calls.ts";

export interface PlaceCall {
  readonly phoneNumberId: string;
  /** E.164, or sip:… */
  readonly to: string;
  /** How long it may ring; Twilio's default is 60. */
  readonly timeoutSeconds?: number | undefined;
  /** Whether Twilio listens who has picked up; by default it does not. */
  readonly machineDetection?: MachineDetection | undefined;
}

/**
 * @param unfinishedSince when an earlier request for the same call began, of which nobody knows how it ended
 * @throws AppError as `sendMessage`, but for what only messages meet
 */
export async function placeCall(
  deps: RequestedSendingDeps,
  actor: Actor,
  input: PlaceCall,
  unfinishedSince?: Date,
): Promise<Call> {
  const beganAt = deps.clock.now();
  const number = await getPhoneNumber(deps.db, actor, input.phoneNumberId);
  const sender = senderOf(number, ["voice"]);
  deps.sendingRate.take(sender);
  const creation = await creationOf(deps, number, sender, input);
  const { report, outcome } = await createOnce(deps.clock, creation, unfinishedSince);
  await recordSent(deps, report, { outcome, beganAt });
  return callFromReport(report, sender);
}

async function creationOf(
  deps: SendingDeps,
  number: PhoneNumber,
  sender: Sender,
  { to, timeoutSeconds, machineDetection }: PlaceCall,
): Promise<Creation<CallReport>> {
  const client = await clientForNumber(deps, number);
  const call = { holder: sender, from: number.e164, to, timeoutSeconds, machineDetection };
  return {
    create: () => createCall(client, call, webhookUrls(deps.publicUrl, sender.agentId)),
    find: (since) => findCalls(client, call, since),
    // Nothing that is stored tells an answered one from others; two calls to one number at one time are not to be expected.
    unanswered: async (found) => found,
  };
}

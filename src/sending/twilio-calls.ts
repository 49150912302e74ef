// Calls in Twilio's terms: how one is placed, found again, and reported.
import { z } from "zod";
import { callStatusOrder } from "../traffic/call-status.ts";
import type { CallReport, Holder } from "../traffic/traffic-report.ts";
import type { TwilioClient } from "../twilio/client.ts";
import { CALL_SID } from "../twilio/sid.ts";
import type { WebhookUrls } from "../twilio/webhook-urls.ts";
import { listedSince, ONE_PAGE } from "./listed-since.ts";

/** https://www.twilio.com/docs/voice/answering-machine-detection */
export const MACHINE_DETECTIONS = ["Enable", "DetectMessageEnd"] as const;
export type MachineDetection = (typeof MACHINE_DETECTIONS)[number];

export interface OutgoingCall {
  readonly holder: Holder;
  /** E.164 */
  readonly from: string;
  /** E.164, or sip:… */
  readonly to: string;
  readonly timeoutSeconds: number | undefined;
  readonly machineDetection: MachineDetection | undefined;
}

/** What is needed of Twilio's answer; without it there is no telling what was answered. */
const resourceSchema = z.object({
  sid: z.string().regex(CALL_SID),
  status: z.string().min(1),
  dateCreated: z.date(),
});

const EVENTS = ["initiated", "ringing", "answered", "completed"];

/**
 * Twilio asks the agent's voice URL what to do once the call is answered. Not repeated without an answer.
 *
 * @throws TwilioError, or anything else for an answer that makes no sense
 */
export async function createCall(
  client: TwilioClient,
  call: OutgoingCall,
  urls: WebhookUrls,
): Promise<CallReport> {
  const { from, to, timeoutSeconds, machineDetection } = call;
  const created = await client.sdk.calls.create({
    from,
    to,
    url: urls.voiceUrl,
    fallbackUrl: urls.voiceFallbackUrl,
    statusCallback: urls.statusUrl,
    statusCallbackEvent: EVENTS,
    ...(timeoutSeconds === undefined ? {} : { timeout: timeoutSeconds }),
    ...(machineDetection === undefined ? {} : { machineDetection }),
  });
  return reportOf(client, call, created);
}

/** Those that the API placed between the two at `since` or later. @throws Error where the list does not say */
export async function findCalls(
  client: TwilioClient,
  call: OutgoingCall,
  since: Date,
): Promise<readonly CallReport[]> {
  const { from, to } = call;
  // Not by date: Twilio filters by the day of the start, which one that is queued does not have.
  const listed = await client.sdk.calls.list({ from, to, ...ONE_PAGE });
  const alike = listedSince(listed, since).filter(({ direction }) => direction === "outbound-api");
  return alike.map((found) => reportOf(client, call, found));
}

function reportOf(client: TwilioClient, call: OutgoingCall, resource: unknown): CallReport {
  const { sid, status, dateCreated } = resourceSchema.parse(resource);
  return {
    kind: "call",
    accountSid: client.accountSid,
    sid,
    holder: call.holder,
    ourAddress: call.from,
    direction: "outbound",
    from: call.from,
    to: call.to,
    status,
    statusOrder: callStatusOrder(status),
    startedAt: dateCreated,
  };
}

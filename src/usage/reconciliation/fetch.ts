import type { CallReport, TrafficReport } from "../../traffic/traffic-report.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import { readCallRecord, readMessageRecord } from "../twilio-records.ts";

/** How many single records are asked for at once, over all of one account. */
export const FETCH_CONCURRENCY = 10;

/** What Twilio says of one call now. @returns undefined when it has been deleted there, or cannot be read */
export async function fetchCall({ sdk }: TwilioClient, sid: string): Promise<CallReport | undefined> {
  const record = await sdk.calls(sid).fetch().catch(goneIsUndefined);
  return record && readCallRecord(record)?.report;
}

/** The same of a call or a message, by what its SID says it is. */
export async function fetchReport(client: TwilioClient, sid: string): Promise<TrafficReport | undefined> {
  if (sid.startsWith("CA")) return fetchCall(client, sid);
  const record = await client.sdk.messages(sid).fetch().catch(goneIsUndefined);
  return record && readMessageRecord(record)?.report;
}

function goneIsUndefined(error: unknown): undefined {
  if (error instanceof TwilioError && error.isNotFound) return undefined;
  throw error;
}

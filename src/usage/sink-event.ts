// An entry of the ledger as a CloudEvent. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
import { entryName, entryView, type UsageEntry } from "./entry.ts";

/** Several events in one body. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#4-json-batch-format */
export const BATCH_CONTENT_TYPE = "application/cloudevents-batch+json";

export interface UsageEvent {
  readonly specversion: "1.0";
  /** The entry's: whoever has seen it with this source has seen this event. */
  readonly id: string;
  readonly source: string;
  /** Of charges and corrections alike: a meter counts events of one type, and must count both. */
  readonly type: "switchhook.usage.recorded";
  /** Whose usage it is to a meter: the agent's, or that of a number without one. */
  readonly subject: string;
  /** When it was recorded. A correction is news of today about a day that may long have been billed. */
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: ReturnType<typeof entryView>;
}

/**
 * The deployment's, which stays when its address changes, and the organization's: whoever gets an event again must know
 * it by its source and id. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#source-1
 *
 * @param deploymentId a UUID
 */
export function eventSource(deploymentId: string, orgId: string): string {
  return `urn:uuid:${deploymentId}#${encodeURIComponent(orgId)}`;
}

export function usageEvent(source: string, entry: UsageEntry): UsageEvent {
  return {
    specversion: "1.0",
    id: entryName(entry.id),
    source,
    type: "switchhook.usage.recorded",
    subject: entry.agentId ?? entry.phoneNumberId,
    time: entry.recordedAt.toISOString(),
    datacontenttype: "application/json",
    data: entryView(entry),
  };
}

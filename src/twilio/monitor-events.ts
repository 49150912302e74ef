// Who changed a resource, as Twilio's Monitor has recorded it. https://www.twilio.com/docs/usage/monitor-events
import type { TwilioClient } from "./client.ts";
import type { Known } from "./observed.ts";
import { orUnknown } from "./or-unknown.ts";
import { TwilioError } from "./twilio-error.ts";

export interface RecordedChange {
  /** `user` for somebody at the Console, `account` for an API request, `twilio-admin` … */
  readonly actorType: string;
  /** US… or AC… */
  readonly actorSid: string;
  /** `web`, `api` or `twilio`. */
  readonly source: string;
  readonly sourceIpAddress: string;
  readonly at: Date;
}

/** The list's order is not documented, so all that are as young are read; a resource that is changed this often is an oddity. */
const MAX_EVENTS = 1_000;

/** The last change of a resource since some time, as far as Twilio tells it to these credentials. */
export async function readLastChange(
  { sdk }: TwilioClient,
  resourceSid: string,
  since: Date,
): Promise<Known<RecordedChange | undefined>> {
  const reading = orUnknown("Monitor events", async () => {
    const query = { resourceSid, startDate: since, pageSize: MAX_EVENTS, limit: MAX_EVENTS };
    const events = await sdk.monitor.v1.events.list(query);
    const changes = events
      // The query is cut to whole seconds.
      .filter(({ eventType, eventDate }) => eventType.endsWith(".updated") && eventDate > since)
      .map(({ actorType, actorSid, source, sourceIpAddress, eventDate }) => ({
        actorType,
        actorSid,
        source,
        sourceIpAddress,
        at: eventDate,
      }));
    return changes.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0];
  });
  return reading.catch((error: unknown) => {
    if (!(error instanceof TwilioError)) throw error;
    return { known: false, reason: `Twilio does not say it (HTTP ${error.status}: ${error.message}).` };
  });
}

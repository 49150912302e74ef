// Which number one of Twilio's alerts is about, and who held it then. The call or message that it names is known here, or
// Twilio says where it came in: where a webhook fails, nobody may have told us of the call.
import pMap from "p-map";
import { addMs } from "../base/clock.ts";
import type { Db } from "../db/connect.ts";
import { numberOf } from "../traffic/parameters.ts";
import type { TwilioClient } from "../twilio/client.ts";
import { CALL_SID, MESSAGE_SID } from "../twilio/sid.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import type { MonitorAlert } from "./monitor-alert.ts";
import { listAddresses, listTenures, type Tenure } from "./monitor-store.ts";

/** Of a page. Where a thousand calls failed, a hundred of them say well enough whose numbers these are. */
const MAX_LOOK_UPS = 100;
const LOOK_UPS_AT_ONCE = 5;

/** The alert's number and its holder at that time. */
export type Holding = Pick<Tenure, "orgId" | "phoneNumberUid">;

/**
 * @param isOurs whether Twilio is asked about what is not known here: only where the URL was ours
 * @returns by the alerts' SIDs; without those whose number cannot be told
 * @throws TwilioError
 */
export async function holdersOf(
  db: Db,
  client: TwilioClient,
  alerts: readonly MonitorAlert[],
  isOurs: (alert: MonitorAlert) => boolean,
): Promise<ReadonlyMap<string, Holding>> {
  const { accountSid } = client;
  const sids = alerts.flatMap(({ resourceSids }) => resourceSids);
  const known = await listAddresses(db, accountSid, [...new Set(sids)]);
  const unknown = alerts
    .filter((alert) => isOurs(alert) && !alert.resourceSids.some((sid) => known.has(sid)))
    .flatMap(({ resourceSids }) => resourceSids);
  const addresses = new Map([...known, ...(await lookUp(client, [...new Set(unknown)]))]);
  const e164s = [...new Set([...addresses.values()].map(numberOf))];
  const tenures = Map.groupBy(await listTenures(db, accountSid, e164s), ({ e164 }) => e164);
  return new Map(
    alerts.flatMap((alert) => {
      const address = alert.resourceSids
        .map((sid) => addresses.get(sid))
        .find((found) => found !== undefined);
      if (address === undefined) return [];
      const holding = heldAt(tenures.get(numberOf(address)) ?? [], alert.generatedAt);
      return holding ? [[alert.sid, holding] as const] : [];
    }),
  );
}

/** Twilio's times are whole seconds. Where the number changed hands within that one, nobody can say who held it. */
function heldAt(latestFirst: readonly Tenure[], at: Date): Tenure | undefined {
  const before = latestFirst.find(({ since }) => since <= at);
  const after = latestFirst.find(({ since }) => since < addMs(at, 1_000));
  return before && before.orgId !== after?.orgId ? undefined : after;
}

/** The address of ours in calls and messages, as Twilio has them. Reads only, so the client repeats what fails. */
async function lookUp(
  client: TwilioClient,
  sids: readonly string[],
): Promise<readonly (readonly [sid: string, address: string])[]> {
  const asked = sids.filter((sid) => CALL_SID.test(sid) || MESSAGE_SID.test(sid)).slice(0, MAX_LOOK_UPS);
  const found = await pMap(asked, (sid) => lookUpOne(client, sid), { concurrency: LOOK_UPS_AT_ONCE });
  return found.flatMap((address, index) => {
    const sid = asked[index];
    return address === undefined || sid === undefined ? [] : [[sid, address] as const];
  });
}

async function lookUpOne({ sdk }: TwilioClient, sid: string): Promise<string | undefined> {
  try {
    const { direction, to, from } = CALL_SID.test(sid)
      ? await sdk.calls(sid).fetch()
      : await sdk.messages(sid).fetch();
    return direction === "inbound" ? to : from;
  } catch (error) {
    // A key that may read alerts need not be one that may read calls; then the account's own alert has to do.
    if (error instanceof TwilioError && (error.isNotFound || error.isDenied)) return undefined;
    throw error;
  }
}

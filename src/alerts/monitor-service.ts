/**
 * Reads Twilio's own alerts, account by account, and raises ours for those that are about our webhooks or our numbers'
 * answers. Each is counted once, however often it is read. Never writes to Twilio.
 */
import { listConnectionsBySid } from "../accounts/account-store.ts";
import { withAccount } from "../accounts/any-connection.ts";
import { type EachAccountDeps, inEachAccount } from "../accounts/each-account.ts";
import { DAY_MS } from "../base/durations.ts";
import { AppError } from "../base/errors.ts";
import type { TwilioClient } from "../twilio/client.ts";
import { PAGE_SIZE, readPages } from "../twilio/sdk-pages.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { clearAlert, clearQuietAlerts, raiseAlert } from "./alert-service.ts";
import {
  isAboutAnswering,
  isOurs,
  type MonitorAlert,
  type MonitorRecord,
  readMonitorAlert,
} from "./monitor-alert.ts";
import { holdersOf } from "./monitor-numbers.ts";
import { planAlerts } from "./monitor-plan.ts";
import { claimCounting, findPosition, listCounted, savePosition } from "./monitor-store.ts";
import { monitorWindow } from "./monitor-window.ts";

export interface MonitorDeps extends EachAccountDeps {
  /** Every base URL that Twilio was ever given. */
  readonly publicUrls: readonly string[];
}

/** More in five minutes tell nothing new; the rest is not counted. */
const MAX_PAGES = 50;
/** Twilio says when something failed, and never that it works again. */
const QUIET_MS = DAY_MS;
/** Of accounts that are not read any more; Twilio does not keep its alerts for longer. */
const FORGOTTEN_MS = 30 * DAY_MS;

/** One run over all accounts. @throws AggregateError when accounts failed, once the others are done */
export async function pullTwilioAlerts(deps: MonitorDeps): Promise<void> {
  await clearQuietAlerts(deps, { keyPrefix: "twilio_alert:", quietMs: FORGOTTEN_MS });
  await clearQuietAlerts(deps, { keyPrefix: "twilio_alerts_unreadable:", quietMs: QUIET_MS });
  await inEachAccount(deps, "twilio_alerts", (accountSid, until) => pullAccount(deps, accountSid, until));
}

async function pullAccount(deps: MonitorDeps, accountSid: string, until: Date): Promise<void> {
  const operators = await operatorsOf(deps, accountSid);
  const key = `twilio_alerts_unreadable:${accountSid}`;
  try {
    await withAccount(deps, accountSid, (client) => readAlerts(deps, client, operators, until));
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    for (const orgId of operators) await raiseAlert(deps, unreadable(orgId, key, accountSid, refusal));
    return;
  }
  for (const orgId of operators) await clearAlert(deps, { orgId, key });
  await clearQuietAlerts(deps, { keyPrefix: `twilio_alert:${accountSid}:`, quietMs: QUIET_MS });
}

/** The organizations that have connected the account. */
async function operatorsOf({ db }: MonitorDeps, accountSid: string): Promise<readonly string[]> {
  const connections = await listConnectionsBySid(db, [accountSid]);
  return [...new Set(connections.map(({ orgId }) => orgId))].toSorted();
}

async function readAlerts(
  deps: MonitorDeps,
  client: TwilioClient,
  operators: readonly string[],
  until: Date,
): Promise<void> {
  const { db, clock, log } = deps;
  const { accountSid } = client;
  const startedAt = clock.now();
  const { from, to } = monitorWindow(await findPosition(db, accountSid), startedAt);
  const options = { startDate: from, endDate: to, pageSize: PAGE_SIZE };
  let counted = 0;
  const isComplete = await readPages(
    () => client.sdk.monitor.v1.alerts.page(options),
    { clock, until, maxPages: MAX_PAGES },
    async (records) => {
      counted += await takePage(deps, client, operators, records);
    },
  );
  await savePosition(db, accountSid, to);
  const durationMs = clock.now().getTime() - startedAt.getTime();
  log.info({ accountSid, from, counted, isComplete, durationMs }, "twilio_alerts.read");
}

/** @returns how many were counted */
async function takePage(
  deps: MonitorDeps,
  client: TwilioClient,
  operators: readonly string[],
  records: readonly MonitorRecord[],
): Promise<number> {
  const { accountSid } = client;
  const toUs = (alert: MonitorAlert) => isOurs(alert, deps.publicUrls);
  const read = records.flatMap((record) => readMonitorAlert(accountSid, record) ?? []);
  const listed = read.filter((alert) => toUs(alert) || isAboutAnswering(alert));
  const known = await listCounted(
    deps.db,
    accountSid,
    listed.map(({ sid }) => sid),
  );
  const fresh = listed.filter(({ sid }) => !known.has(sid));
  const holders = await holdersOf(deps.db, client, fresh, toUs);
  // Somebody else's URL for a number that is nobody's here: the account serves other systems as well.
  const concerning = fresh.filter((alert) => toUs(alert) || holders.has(alert.sid));
  return deps.db.transaction().execute(async (tx) => {
    const claimed = await claimCounting(tx, accountSid, concerning);
    const counted = concerning.filter(({ sid }) => claimed.has(sid));
    for (const alert of planAlerts(accountSid, counted, { holders, operators, isOurs: toUs })) {
      await raiseAlert({ db: tx, clock: deps.clock }, alert);
    }
    return counted.length;
  });
}

/** Why the account's alerts may not be read: whoever connected it may give a key that may. */
function refusalOf(error: unknown): string | undefined {
  if (error instanceof AppError && error.code === "credentials_unreadable") return error.message;
  // A restricted key gets 401, 403 or 404.
  if (!(error instanceof TwilioError) || !(error.isDenied || error.isNotFound)) return undefined;
  return `Twilio said: ${error.message}`;
}

function unreadable(orgId: string, key: string, accountSid: string, refusal: string) {
  return {
    orgId,
    kind: "twilio_alerts_unreadable",
    key,
    severity: "warning",
    title: "Twilio's alerts of an account may not be read",
    detail:
      "Failing webhooks go unnoticed until a caller complains. Connect the account again with its auth token or a key " +
      `that may read Monitor alerts. ${refusal}`,
    facts: { accountSid },
  } as const;
}

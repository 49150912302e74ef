// The library as a host calls it, without HTTP in between: what is done and refused is the same.
import {
  connectAccount,
  connectSubaccount,
  disconnectAccount,
  listOwnAccounts,
  listSubaccounts,
} from "./accounts/account-service.ts";
import type { SigningKeys } from "./accounts/signing-keys.ts";
import {
  changeAgent,
  createAgent,
  listAgentPage,
  removeAgent,
  requireAgent,
} from "./agents/agent-service.ts";
import { rotateWebhookSecret, showWebhookSecret } from "./agents/webhook-secret-service.ts";
import { deliverAlerts } from "./alerts/alert-delivery.ts";
import { acknowledgeAlert, getAlert, listAlertPage } from "./alerts/alert-list.ts";
import { pullTwilioAlerts } from "./alerts/monitor-service.ts";
import {
  putAlertWebhook,
  removeAlertWebhook,
  resendToWebhook,
  showAlertWebhook,
} from "./alerts/webhook-service.ts";
import type { RoutingTable } from "./answering/routing-table.ts";
import { listAudit, verifyAudit } from "./audit/audit-service.ts";
import type { Actor } from "./auth/actor.ts";
import type { Db } from "./db/connect.ts";
import { listDriftPage } from "./drift/drift-list.ts";
import { listPolicyPage, setPolicies } from "./drift/policy-service.ts";
import { getSweep, requestSweep } from "./drift/sweep-service.ts";
import type { BatchRunners } from "./fleet/batch-runners.ts";
import { runDueBatches } from "./fleet/batch-schedules.ts";
import {
  applyBatch,
  cancelBatch,
  getBatch,
  listBatchPage,
  listItemPage,
  pauseBatch,
  resumeBatch,
  undoBatch,
} from "./fleet/batch-service.ts";
import { configureNumbers } from "./fleet/configure-service.ts";
import { planBatch } from "./fleet/plan-service.ts";
import type { HttpDeps } from "./http/app.ts";
import type { OutboundClient } from "./outbound/outbound-client.ts";
import { readOverview } from "./overview/overview-service.ts";
import { planNumberChange } from "./phone-numbers/assignment/number-plan-service.ts";
import {
  assignPhoneNumber,
  configurePhoneNumber,
  unassignPhoneNumber,
} from "./phone-numbers/assignment/phone-number-service.ts";
import { allocateNumber, takeBackNumber } from "./phone-numbers/inventory/allocation-service.ts";
import { importNumbers } from "./phone-numbers/inventory/import-service.ts";
import { countNumbers, listNumberPage } from "./phone-numbers/inventory/number-list.ts";
import { latestSeen, watchOperations } from "./phone-numbers/operations/operation-watch.ts";
import { recoverOperations } from "./phone-numbers/operations/recovery-service.ts";
import { getPhoneNumber } from "./phone-numbers/phone-number-lookup.ts";
import { readTimeline } from "./phone-numbers/timeline/timeline-service.ts";
import { verifyPhoneNumber } from "./phone-numbers/verification/verification-service.ts";
import { probePhoneNumber } from "./probing/probe-service.ts";
import type { AcceptedUrls } from "./public-urls/accepted-urls.ts";
import { type PlaceCall, placeCall } from "./sending/call-service.ts";
import { type SendMessage, sendMessage } from "./sending/message-service.ts";
import type { TrafficRecorder } from "./traffic/traffic-recorder.ts";
import type { RetentionDeps } from "./traffic/traffic-retention.ts";
import { getCall, getMessage, listCallPage, listMessagePage } from "./traffic/traffic-service.ts";
import { exportUsage } from "./usage/export-service.ts";
import { listUsageRates, replaceUsageRates } from "./usage/rate-service.ts";
import { compareUsage, reconcileUsage } from "./usage/reconciliation/reconciliation-service.ts";
import { reportUsage } from "./usage/report-service.ts";
import { deliverUsage } from "./usage/sink-delivery.ts";
import { putSink, removeSink, resendToSink, showSink } from "./usage/sink-service.ts";

export interface RootDeps extends HttpDeps, RetentionDeps {
  readonly signingKeys: SigningKeys;
  readonly routingTable: RoutingTable;
  readonly recorder: TrafficRecorder;
  readonly outbound: OutboundClient;
  readonly batchRunners: BatchRunners;
  readonly acceptedUrls: AcceptedUrls;
  /** Every base URL that Twilio was ever given. */
  readonly publicUrls: readonly string[];
  /** Ends the streams that watch something. */
  readonly streams: AbortController;
}

/**
 * The same functions that the HTTP API calls, for a host that mounts the library. They return numbers as they are kept,
 * for the host to choose what it shows: of a number that was lent, `desired` names the operator's Messaging Service.
 */
export function createLibraryApi(deps: RootDeps) {
  const bind =
    <R extends readonly unknown[], T>(serve: (deps: RootDeps, ...rest: R) => T) =>
    (...rest: R): T =>
      serve(deps, ...rest);
  const bindRead =
    <R extends readonly unknown[], T>(read: (db: Db, ...rest: R) => T) =>
    (...rest: R): T =>
      read(deps.db, ...rest);
  /** As over HTTP: what was changed is in effect when the caller hears of it. */
  const bindChange =
    <R extends readonly unknown[], T>(serve: (deps: HttpDeps, ...rest: R) => Promise<T>) =>
    async (...rest: R): Promise<T> => {
      const result = await serve(deps, ...rest);
      await deps.changes.barrier();
      return result;
    };
  return {
    phoneNumbers: {
      assign: bindChange(assignPhoneNumber),
      unassign: bindChange(unassignPhoneNumber),
      configure: bindChange(configurePhoneNumber),
      configureAll: bindChange(configureNumbers),
      plan: bind(planNumberChange),
      verify: bind(verifyPhoneNumber),
      probe: bind(probePhoneNumber),
      import: bindChange(importNumbers),
      allocate: bindChange(allocateNumber),
      takeBack: bindChange(takeBackNumber),
      get: bindRead(getPhoneNumber),
      list: bindRead(listNumberPage),
      count: bindRead(countNumbers),
      timeline: bindRead(readTimeline),
      /** Its operations whenever one comes to another phase, until the node stops; undefined if nothing has for a while. */
      watch: async (actor: Actor, id: string) => {
        const number = await getPhoneNumber(deps.db, actor, id);
        return watchOperations(deps, number, await latestSeen(deps.db, number));
      },
    },
    agents: {
      create: bindChange(createAgent),
      change: bindChange(changeAgent),
      remove: bindChange(removeAgent),
      get: (actor: Actor, id: string) => requireAgent(deps.db, actor.orgId, id),
      list: bind(listAgentPage),
      showWebhookSecret: bind(showWebhookSecret),
      rotateWebhookSecret: bindChange(rotateWebhookSecret),
    },
    messages: {
      send: (actor: Actor, input: SendMessage) => sendMessage(deps, actor, input),
      list: bind(listMessagePage),
      get: bind(getMessage),
    },
    calls: {
      place: (actor: Actor, input: PlaceCall) => placeCall(deps, actor, input),
      list: bind(listCallPage),
      get: bind(getCall),
    },
    /** Calls and messages whenever one has begun or changed, until the node stops; undefined if none has for a while. */
    activity: { watch: (actor: Actor) => deps.activity.watch(actor.orgId, deps.streamsEnd) },
    accounts: {
      connect: bindChange(connectAccount),
      connectSubaccount: bindChange(connectSubaccount),
      disconnect: bindChange(disconnectAccount),
      list: bind(listOwnAccounts),
      listSubaccounts: bind(listSubaccounts),
    },
    audit: { list: bind(listAudit), verify: bind(verifyAudit) },
    overview: { read: bind(readOverview) },
    usage: {
      reconcile: bindChange(reconcileUsage),
      compare: bind(compareUsage),
      report: bind(reportUsage),
      export: bind(exportUsage),
      rates: bind(listUsageRates),
      replaceRates: bind(replaceUsageRates),
      showSink: bind(showSink),
      putSink: bind(putSink),
      removeSink: bind(removeSink),
      resendToSink: bind(resendToSink),
      /** What the job does every minute. */
      deliver: () => deliverUsage(deps),
    },
    alerts: {
      list: bind(listAlertPage),
      get: bind(getAlert),
      acknowledge: bind(acknowledgeAlert),
      showWebhook: bind(showAlertWebhook),
      putWebhook: bind(putAlertWebhook),
      removeWebhook: bind(removeAlertWebhook),
      resendToWebhook: bind(resendToWebhook),
      /** What the job does every minute. */
      deliver: () => deliverAlerts(deps),
      /** What the job does every five minutes. */
      pullFromTwilio: () => pullTwilioAlerts(deps),
    },
    drift: {
      sweep: bindChange(requestSweep),
      lastSweep: bind(getSweep),
      list: bind(listDriftPage),
      listPolicies: bind(listPolicyPage),
      setPolicies: bind(setPolicies),
    },
    operations: { recover: bindChange(recoverOperations) },
    batches: {
      plan: bind(planBatch),
      apply: bind(applyBatch),
      pause: bind(pauseBatch),
      resume: bind(resumeBatch),
      cancel: bind(cancelBatch),
      undo: bind(undoBatch),
      get: bind(getBatch),
      list: bind(listBatchPage),
      listItems: bind(listItemPage),
      /** The batch whenever there is something new to see of it, until it has ended. */
      watch: async (actor: Actor, id: string) =>
        deps.batchProgress.watch(await getBatch(deps, actor, id), deps.streamsEnd),
      /** What the job does every minute: takes up what nobody runs. */
      runDue: bind(runDueBatches),
    },
  };
}

// The composition root: options in, a working Switchhook out. The only place where the parts meet.
import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import { resealCredentials } from "./accounts/account-service.ts";
import { configuredAccount } from "./accounts/configured-account.ts";
import { SigningKeys } from "./accounts/signing-keys.ts";
import { inBatch } from "./accounts/twilio-clients.ts";
import { openAgentSecrets } from "./agents/secrets-owner.ts";
import { resealWebhookSecrets } from "./agents/webhook-secret-service.ts";
import { answeringAlerts } from "./alerts/answering-alerts.ts";
import { DEFAULT_LIMITS } from "./answering/answering-limits.ts";
import { createAnsweringState } from "./answering/answering-state.ts";
import { RoutingTable } from "./answering/routing-table.ts";
import { createAuth } from "./auth/auth.ts";
import { DEFAULT_TRUSTED_PROXIES, parseTrustedProxies } from "./auth/client-address.ts";
import { ensureOrganization, findOrganization } from "./auth/organization-store.ts";
import { systemClock } from "./base/clock.ts";
import { within } from "./base/deadline.ts";
import { newId } from "./base/ids.ts";
import { createLogger, type Logger } from "./base/log.ts";
import { createMetrics } from "./base/metrics.ts";
import { createVault } from "./base/vault.ts";
import { type Database, openDatabase } from "./db/connect.ts";
import { showClock } from "./db/shared-clock.ts";
import { createDriftWatch } from "./drift/drift-watch.ts";
import { RequestedSweeps } from "./drift/requested-sweeps.ts";
import { expireSweeps } from "./drift/sweep-store.ts";
import { expireBatchLeases } from "./fleet/batch-lease-store.ts";
import { BatchProgress } from "./fleet/batch-progress.ts";
import { runBatch } from "./fleet/batch-runner.ts";
import { BatchRunners } from "./fleet/batch-runners.ts";
import { beginDueBatches } from "./fleet/batch-schedules.ts";
import { reconcilePublicUrl } from "./fleet/public-url-change.ts";
import { createApp, type HttpDeps } from "./http/app.ts";
import { type Jobs, startJobs } from "./jobs/jobs.ts";
import { keepInMemory } from "./kept-in-memory.ts";
import { createLibraryApi, type RootDeps } from "./library-api.ts";
import { DEFAULT_DATABASE_URL, DEFAULT_SWEEP_CRON, type SwitchhookOptions } from "./options.ts";
import { parseAllowedHosts } from "./outbound/address-policy.ts";
import { OutboundClient } from "./outbound/outbound-client.ts";
import { oneByOne } from "./phone-numbers/operations/operation-log.ts";
import { clientForNumber, observeNow } from "./phone-numbers/operations/operation-plan.ts";
import { expireAllLeases } from "./phone-numbers/operations/operation-store.ts";
import { recoverOperations } from "./phone-numbers/operations/recovery-service.ts";
import { whyUnreachable } from "./probing/probe-service.ts";
import { AcceptedUrls } from "./public-urls/accepted-urls.ts";
import { KnownUrls } from "./public-urls/known-urls.ts";
import { rememberPublicUrl } from "./public-urls/public-url-store.ts";
import { resealReceivers } from "./receivers/receiver-service.ts";
import { schedules } from "./schedules.ts";
import { secretFor } from "./secret.ts";
import { createReplySender } from "./sending/reply-sender.ts";
import { SendingRate } from "./sending/sending-rate.ts";
import { ActivityFeed } from "./traffic/activity-feed.ts";
import { TrafficRecorder } from "./traffic/traffic-recorder.ts";
import { createTwilioClient } from "./twilio/client.ts";
import { createEmulatedAccount } from "./twilio/emulated-account.ts";
import { baseUrl } from "./twilio/public-url.ts";
import { RequestGates, showGates } from "./twilio/request-gates.ts";

const LEASE_MS = 60_000;
const LATE_WRITE_WINDOW_MS = 30_000;
/** What takes longer to recover, such as while Twilio does not answer, keeps nothing else from starting. */
const RECOVERY_WAIT_MS = 5_000;
const TWILIO_TIMEOUT_MS = 10_000;
const STATUS_EVENT_RETENTION_DAYS = 90;
const DEFAULT_PUBLIC_URL = "http://localhost:3000";

export type Switchhook = Awaited<ReturnType<typeof createSwitchhook>>;

/**
 * Opens the database, brings its schema up to date and wires everything. Nothing runs in the background before `start`.
 *
 * @throws AppError `invalid_configuration`, `database_in_use`
 */
export async function createSwitchhook(options: SwitchhookOptions = {}) {
  const databaseUrl = options.databaseUrl ?? DEFAULT_DATABASE_URL;
  const log = options.log ?? createLogger(options.logLevel ?? "info");
  const secret = secretFor(databaseUrl, options.secret);
  const database = await openDatabase(databaseUrl, log);
  try {
    return await assemble(options, database, { log, secret });
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assemble(
  options: SwitchhookOptions,
  database: Database,
  { log, secret }: { readonly log: Logger; readonly secret: string },
) {
  const orgId = await ensureOrganization(database.db, "default", "Default organization");
  const knownUrls = new KnownUrls(database.db);
  const twilioDispatcher = options.usesEnvironmentProxy ? new EnvHttpProxyAgent() : new Agent();
  const deps = wire(options, database, { log, secret, orgId, knownUrls, twilioDispatcher });
  await rememberPublicUrl(database.db, deps.publicUrl, deps.clock.now());
  await keepInMemory(database, deps, knownUrls);
  const app = createApp(deps);
  let jobs: Jobs | undefined;
  let starting: Promise<void> | undefined;
  let recovering: Promise<unknown> | undefined;
  let stopping: Promise<void> | undefined;
  const ending = new AbortController();
  const connectConfigured = configuredAccount(deps, orgId, options.twilioAccount);
  const begin = async () => {
    await resealEverything(deps);
    await connectConfigured();
    // The embedded database has had one process at a time: whatever is open was left by one that is gone.
    if (database.kind === "pglite") await expireAllLeases(database.db, deps.clock.now());
    recovering = recoverOperations(deps, ending.signal);
    recovering.catch((error) => log.error({ err: error }, "recovery.failed"));
    await within(systemClock, RECOVERY_WAIT_MS, recovering);
    if (database.kind === "pglite") await expireBatchLeases(database.db, deps.clock.now());
    if (database.kind === "pglite") await expireSweeps(database.db, deps.clock.now());
    await reconcilePublicUrl(deps, options.reconcileOnStart ?? "report");
    await beginDueBatches(deps);
    await deps.changes.barrier();
    jobs = await startJobs(database, log, [
      { name: "connect-configured-account", cron: "*/5 * * * *", run: connectConfigured },
      ...schedules(deps, options.sweepCron ?? DEFAULT_SWEEP_CRON),
    ]);
  };
  return {
    /** Answers a request; mountable wherever web-standard requests are. */
    fetch: (request: Request, env?: object): Response | Promise<Response> => app.fetch(request, env),
    /** The same functions that the HTTP API calls. */
    api: createLibraryApi(deps),
    /** The id of the organization that `apiKey` and `twilioAccount` belong to. */
    defaultOrganizationId: orgId,
    log,
    /** Connects the configured account, recovers what a process left open, and starts the background work. */
    start(): Promise<void> {
      starting = begin();
      return starting;
    },
    /** Ends the answers that would go on, such as a batch's progress: before a server waits for its connections to close. */
    endStreams: (): void => deps.streams.abort(),
    /** Ends what is under way, and then everything. Once, however often it is called. */
    stop(): Promise<void> {
      stopping ??= stopAll(log, [
        async () => ending.abort(),
        // Its caller hears of its failure. Cut short, it would begin its work on a database that is closed.
        async () => starting?.catch(() => {}),
        async () => void (await recovering?.catch(() => {})),
        async () => jobs?.stop(),
        async () => deps.streams.abort(),
        () => deps.batchRunners.stop(),
        () => deps.requestedSweeps.stop(),
        () => deps.answering.lateWork.stop(),
        () => deps.outbound.close(),
        () => twilioDispatcher.close(),
        () => deps.recorder.drain(),
        () => deps.acceptedUrls.settled(),
        () => database.close(),
      ]);
      return stopping;
    },
  };
}

/** One after the other; what cannot be stopped must not keep the rest. */
async function stopAll(log: Logger, stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops) await stop().catch((error) => log.error({ err: error }, "stop.failed"));
}

interface Foundation {
  readonly log: HttpDeps["log"];
  readonly secret: string;
  readonly orgId: string;
  readonly knownUrls: KnownUrls;
  readonly twilioDispatcher: Dispatcher;
}

function wire(options: SwitchhookOptions, database: Database, foundation: Foundation): RootDeps {
  const { log, secret, orgId, knownUrls, twilioDispatcher: dispatcher } = foundation;
  const { db } = database;
  const clock = options.clock ?? database.clock;
  const metrics = createMetrics();
  showClock(metrics, database.clock);
  const recorder = new TrafficRecorder({ planned: database.planned, clock, log, metrics });
  const vault = createVault([secret, ...(options.previousSecrets ?? [])]);
  const answeringLimits = { ...DEFAULT_LIMITS, ...options.answering };
  const publicUrl = baseUrl("publicUrl", options.publicUrl ?? DEFAULT_PUBLIC_URL);
  const allowedPrivateHosts = options.allowedPrivateHosts ?? [];
  const allowedOrigins = [publicUrl, ...(options.trustedOrigins ?? [])];
  const httpClient = {
    baseUrl: options.twilioApiBaseUrl,
    attemptTimeoutMs: options.twilioTimeoutMs ?? TWILIO_TIMEOUT_MS,
  };
  const gates = new RequestGates(clock);
  const streams = new AbortController();
  showGates(metrics, gates);
  const connectTwilio: HttpDeps["connectTwilio"] = (credentials, use) =>
    createTwilioClient({ clock, log, metrics, gates, dispatcher }, credentials, httpClient, use);
  const logDeps = {
    db,
    clock,
    log,
    metrics,
    nodeId: newId("node"),
    leaseMs: options.leaseMs ?? LEASE_MS,
    watch: createDriftWatch(clock),
  };
  const deps: RootDeps = {
    ...logDeps,
    writer: oneByOne(logDeps),
    observe: observeNow,
    connect: clientForNumber,
    recorder,
    vault,
    changes: database.changes,
    signingKeys: new SigningKeys({ db, vault, clock, log }),
    routingTable: new RoutingTable({ db, log, openSecrets: (agent) => openAgentSecrets(vault, agent) }),
    connectTwilio,
    allowedPrivateHosts: parseAllowedHosts(allowedPrivateHosts),
    outbound: new OutboundClient({ allowedPrivateHosts, clock, log }),
    sendReply: createReplySender({ db, vault, connectTwilio, publicUrl, clock, log, recorder }),
    sendingRate: new SendingRate(clock, options.sendingLimits),
    answering: createAnsweringState({ ...logDeps, ...answeringAlerts(logDeps) }, answeringLimits),
    answeringLimits,
    publicUrl,
    earlierPublicUrls: knownUrls.all,
    acceptedUrls: new AcceptedUrls({ db, clock, log }, publicUrl, knownUrls.all),
    publicUrls: knownUrls.all,
    signatures: options.signatures ?? "enforce",
    isTwilioReplaced: options.twilioApiBaseUrl !== undefined,
    emulatedAccount: emulatedAccounts(options),
    statusEventRetentionDays: options.statusEventRetentionDays ?? STATUS_EVENT_RETENTION_DAYS,
    lateWriteWindowMs: options.lateWriteWindowMs ?? LATE_WRITE_WINDOW_MS,
    onStep: options.onStep ?? (() => {}),
    requestedSweeps: new RequestedSweeps(),
    batchRunners: new BatchRunners({
      clock,
      log,
      run: (id, signal) =>
        runBatch(
          {
            ...inBatch(deps),
            whyUnreachable: (actor, phoneNumberId) => whyUnreachable(deps, actor, phoneNumberId),
          },
          id,
          signal,
        ),
    }),
    activity: new ActivityFeed({ db, clock: systemClock, log }),
    streams,
    streamsEnd: streams.signal,
    // In real time, whatever the clock: people wait for it.
    streamClock: systemClock,
    batchProgress: new BatchProgress({ db, clock: systemClock, log }),
    authenticate: options.authenticate,
    organizationExists: organizationCheck(options, db),
    allowedOrigins,
    trustedProxies: parseTrustedProxies(options.trustedProxies ?? DEFAULT_TRUSTED_PROXIES),
    auth: createAuth({
      db,
      secret,
      publicUrl,
      trustedOrigins: allowedOrigins,
      signUp: options.signUp ?? "open",
      log,
      ...(options.limitAttempts === undefined ? {} : { limitAttempts: options.limitAttempts }),
      ...(options.apiKey === undefined ? {} : { environmentKey: { key: options.apiKey, orgId } }),
    }),
  };
  return deps;
}

/** With the current secret, so that an earlier one can be dropped. */
async function resealEverything(deps: RootDeps): Promise<void> {
  await resealCredentials(deps);
  await resealWebhookSecrets(deps);
  await resealReceivers(deps, "usage_sink");
  await resealReceivers(deps, "alert_webhook");
}

function emulatedAccounts({ twilioApiBaseUrl }: SwitchhookOptions): HttpDeps["emulatedAccount"] {
  return twilioApiBaseUrl === undefined ? undefined : () => createEmulatedAccount(twilioApiBaseUrl);
}

function organizationCheck(options: SwitchhookOptions, db: Database["db"]): HttpDeps["organizationExists"] {
  if (options.organizationExists) return options.organizationExists;
  // A host that authenticates by itself has organizations that we have never heard of.
  if (options.authenticate) return async () => true;
  return async (id) => (await findOrganization(db, id)) !== undefined;
}

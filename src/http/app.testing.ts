// The whole HTTP surface on an empty database, with a host's own authentication: the header says who is asking.
import { openTestDatabase } from "../../test/support/databases.ts";
import { SigningKeys } from "../accounts/signing-keys.ts";
import { answeringAlerts } from "../alerts/answering-alerts.ts";
import { DEFAULT_LIMITS } from "../answering/answering-limits.ts";
import { createAnsweringState } from "../answering/answering-state.ts";
import { RoutingTable } from "../answering/routing-table.ts";
import { createAuth } from "../auth/auth.ts";
import { parseTrustedProxies } from "../auth/client-address.ts";
import { type TestClock, testClock } from "../base/clock.testing.ts";
import { systemClock } from "../base/clock.ts";
import { createLogger } from "../base/log.ts";
import { createMetrics } from "../base/metrics.ts";
import { createVault } from "../base/vault.ts";
import type { Database } from "../db/connect.ts";
import { keepFresh } from "../db/memory-copy.ts";
import { createDriftWatch } from "../drift/drift-watch.ts";
import { RequestedSweeps } from "../drift/requested-sweeps.ts";
import { BatchProgress } from "../fleet/batch-progress.ts";
import { OutboundClient } from "../outbound/outbound-client.ts";
import { oneByOne } from "../phone-numbers/operations/operation-log.ts";
import { clientForNumber, observeNow } from "../phone-numbers/operations/operation-plan.ts";
import { SendingRate } from "../sending/sending-rate.ts";
import { ActivityFeed } from "../traffic/activity-feed.ts";
import { TrafficRecorder } from "../traffic/traffic-recorder.ts";
import { testClient } from "../twilio/twilio.testing.ts";
import { createApp, type HttpDeps } from "./app.ts";

const PUBLIC_URL = "https://switchhook.example.com";
const SECRET = "a made-up secret of more than 32 characters";
export const AS_OWNER = { "x-test-organization": "org_1" };

export interface TestApp {
  readonly app: ReturnType<typeof createApp>;
  readonly deps: HttpDeps;
  readonly clock: TestClock;
  readonly database: Database;
  request(
    method: string,
    path: string,
    options?: { body?: string; headers?: Record<string, string> },
  ): Promise<Response>;
}

export async function openTestApp(changes: Partial<HttpDeps> = {}, opened?: Database): Promise<TestApp> {
  const log = createLogger("silent");
  const database = opened ?? (await openTestDatabase());
  const { db } = database;
  const clock = testClock();
  const metrics = createMetrics();
  const vault = createVault([SECRET]);
  const signingKeys = new SigningKeys({ db, vault, clock, log });
  const routingTable = new RoutingTable({ db, log });
  for (const copy of [signingKeys, routingTable]) {
    await keepFresh({ clock: systemClock, log }, database.changes, copy);
  }
  const watch = createDriftWatch(clock);
  const logDeps = { db, clock, log, metrics, nodeId: "node_1", leaseMs: 60_000, watch };
  const deps: HttpDeps = {
    ...logDeps,
    writer: oneByOne(logDeps),
    observe: observeNow,
    connect: clientForNumber,
    recorder: new TrafficRecorder({ planned: database.planned, clock, log, metrics }),
    changes: database.changes,
    signingKeys,
    routingTable,
    vault,
    // Nobody listens there: these tests have no business with Twilio.
    connectTwilio: (credentials) => testClient("http://127.0.0.1:9", { credentials, clock }),
    allowedPrivateHosts: [],
    outbound: new OutboundClient({ allowedPrivateHosts: [], clock }),
    sendReply: async () => "sent",
    sendingRate: new SendingRate(clock),
    answeringLimits: DEFAULT_LIMITS,
    answering: createAnsweringState(
      { db, clock, log, metrics, ...answeringAlerts({ db, clock }) },
      DEFAULT_LIMITS,
    ),
    publicUrl: PUBLIC_URL,
    earlierPublicUrls: [],
    acceptedUrls: { now: () => [PUBLIC_URL] },
    signatures: "enforce",
    isTwilioReplaced: true,
    trustedProxies: parseTrustedProxies([]),
    lateWriteWindowMs: 30_000,
    onStep: () => {},
    requestedSweeps: new RequestedSweeps(),
    batchRunners: { start: async () => {} },
    batchProgress: new BatchProgress({ db, clock, log }),
    activity: new ActivityFeed({ db, clock: systemClock, log }),
    streamClock: systemClock,
    streamsEnd: new AbortController().signal,
    allowedOrigins: [PUBLIC_URL],
    organizationExists: async () => true,
    authenticate: async (request) => {
      const orgId = request.headers.get("x-test-organization");
      return orgId === null ? undefined : { orgId, userId: "user_1", role: "owner" };
    },
    auth: createAuth({ db, secret: SECRET, publicUrl: PUBLIC_URL, trustedOrigins: [], signUp: "open", log }),
    ...changes,
  };
  const app = createApp(deps);
  return {
    app,
    deps,
    clock,
    database,
    request: async (method, path, { body, headers = AS_OWNER } = {}) =>
      app.fetch(
        new Request(`${PUBLIC_URL}${path}`, { method, headers, ...(body === undefined ? {} : { body }) }),
      ),
  };
}

// The whole HTTP surface: mounts every folder's routes, and what all of them share. Decides nothing itself.
import { readFileSync } from "node:fs";
import type { BlockList } from "node:net";
import type { HttpBindings } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { EmulatorDeps } from "../accounts/account-service.ts";
import { accountRoutes } from "../accounts/routes.ts";
import type { WebhookEnv } from "../accounts/verified-webhook.ts";
import type { AgentDeps } from "../agents/agent-service.ts";
import { agentRoutes } from "../agents/routes.ts";
import type { AlertListDeps } from "../alerts/alert-list.ts";
import { alertRoutes } from "../alerts/routes.ts";
import type { AnsweringDeps } from "../answering/answering-deps.ts";
import { previewRoutes } from "../answering/preview-routes.ts";
import { answeringRoutes } from "../answering/routes.ts";
import type { ApiEnv } from "../api/api.ts";
import { auditRoutes } from "../audit/routes.ts";
import type { Actor } from "../auth/actor.ts";
import type { Auth } from "../auth/auth.ts";
import { withClientAddress } from "../auth/client-address.ts";
import { isAllowedOrigin } from "../auth/origin.ts";
import { presentedKey } from "../auth/presented-key.ts";
import { stillAsking } from "../auth/still-asking.ts";
import { AppError, PROBLEMS } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import type { ChangeFeed } from "../db/change-feed.ts";
import type { DriftDeps } from "../drift/drift-deps.ts";
import { driftRoutes } from "../drift/routes.ts";
import type { FleetDeps } from "../fleet/fleet-deps.ts";
import { publicUrlRoutes } from "../fleet/public-url-routes.ts";
import { fleetRoutes } from "../fleet/routes.ts";
import { overviewRoutes } from "../overview/routes.ts";
import { type PhoneNumberDeps, phoneNumberRoutes } from "../phone-numbers/routes.ts";
import type { ProbeDeps } from "../probing/probe-service.ts";
import { probeRoutes } from "../probing/routes.ts";
import type { ReceiverDeps } from "../receivers/receiver-service.ts";
import { sendingRoutes } from "../sending/routes.ts";
import type { RequestedSendingDeps } from "../sending/sending-deps.ts";
import { type StatusDeps, statusRoutes } from "../status/routes.ts";
import { type ActivityDeps, activityRoutes } from "../traffic/activity-routes.ts";
import { trafficRoutes } from "../traffic/routes.ts";
import { type UsageDeps, usageRoutes } from "../usage/routes.ts";
import { limitBody } from "./body-limit.ts";
import { dashboardRoutes } from "./dashboard.ts";
import { healthRoutes } from "./health.ts";
import { idempotency } from "./idempotency.ts";
import { jsonBodies } from "./json-body.ts";
import { LiteralPathRouter } from "./literal-path-router.ts";
import { problemResponse } from "./problem.ts";
import { readYourWrites } from "./read-your-writes.ts";
import { requestLog } from "./request-log.ts";
import { sessionRoutes } from "./session-routes.ts";
import { storableAddresses, storableBodies } from "./storable-text.ts";

export interface HttpDeps
  extends ActivityDeps,
    AgentDeps,
    AlertListDeps,
    ReceiverDeps,
    AnsweringDeps,
    DriftDeps,
    EmulatorDeps,
    FleetDeps,
    StatusDeps,
    PhoneNumberDeps,
    ProbeDeps,
    RequestedSendingDeps,
    UsageDeps {
  readonly signingKeys: AnsweringDeps["signingKeys"] & ProbeDeps["signingKeys"];
  readonly changes: Pick<ChangeFeed, "barrier">;
  readonly auth: Auth;
  /** A host's own authentication, in place of ours. */
  readonly authenticate: ((request: Request) => Promise<Actor | undefined>) | undefined;
  /** Origins whose pages may change something by a cookie, ours or the host's. */
  readonly allowedOrigins: readonly string[];
  /** Whose X-Forwarded-For is believed. */
  readonly trustedProxies: BlockList;
}

const MAX_API_BODY_BYTES = 1024 * 1024;
const MAX_WEBHOOK_BODY_BYTES = 64 * 1024;

export function createApp(deps: HttpDeps): Hono {
  const app = new Hono({ router: new LiteralPathRouter() });
  app.use(requestLog(deps));
  app.onError((error, c) => problemResponse(c, error, deps.log));
  app.notFound((c) => problemResponse(c, new AppError("not_found"), deps.log));
  app.route("/", healthRoutes(deps));
  app.get("/errors/:code", (c) => errorPage(c.req.param("code")));
  app.use("/api/twilio/*", limitBody(MAX_WEBHOOK_BODY_BYTES));
  app.route("/", new Hono<WebhookEnv>().route("/", answeringRoutes(deps)).route("/", statusRoutes(deps)));
  app.use("/api/*", limitBody(MAX_API_BODY_BYTES));
  // Where a host says who is asking, nobody signs up or in here.
  if (!deps.authenticate) app.route("/", signInRoutes(deps));
  app.route("/", apiRoutes(deps));
  app.route("/", dashboardRoutes());
  return app;
}

/** What a request comes with where Node serves it; a host that mounts `fetch` need not give it any. */
interface ServedEnv {
  readonly Bindings: Partial<HttpBindings> | undefined;
}

function signInRoutes({ auth, trustedProxies }: Pick<HttpDeps, "auth" | "trustedProxies">): Hono<ServedEnv> {
  return new Hono<ServedEnv>()
    .use("/api/auth/*", storableAddresses, storableBodies)
    .on(["GET", "POST"], "/api/auth/*", (c) => {
      const connectedFrom = c.env?.incoming?.socket.remoteAddress;
      return auth.handler(withClientAddress(c.req.raw, trustedProxies, connectedFrom));
    });
}

/** Everything that needs a session or an API key, and who has which. */
function apiRoutes(deps: HttpDeps): OpenAPIHono<ApiEnv> {
  const api = new OpenAPIHono<ApiEnv>();
  const whoAsks = (request: Request) => findActor(deps, request);
  api.route("/", sessionRoutes({ signIn: deps.authenticate ? "host" : "switchhook", whoAsks }));
  api.use(
    "/api/*",
    authenticated(deps),
    storableAddresses,
    jsonBodies,
    readYourWrites(deps),
    idempotency(deps),
  );
  api.route("/", agentRoutes(deps));
  api.route("/", accountRoutes(deps));
  api.route("/", previewRoutes(deps));
  api.route("/", phoneNumberRoutes(deps));
  api.route("/", fleetRoutes(deps));
  api.route("/", driftRoutes(deps));
  api.route("/", probeRoutes(deps));
  api.route("/", publicUrlRoutes(deps));
  api.route("/", overviewRoutes(deps));
  api.route("/", alertRoutes(deps));
  api.route("/", trafficRoutes(deps));
  api.route("/", activityRoutes(deps));
  api.route("/", sendingRoutes(deps));
  api.route("/", auditRoutes(deps));
  api.route("/", usageRoutes(deps));
  const security = Object.entries(SECURITY_SCHEMES).map(([name, scheme]) => {
    api.openAPIRegistry.registerComponent("securitySchemes", name, scheme);
    return { [name]: [] };
  });
  api.doc31("/api/openapi.json", {
    openapi: "3.1.0",
    security,
    info: { title: "Switchhook", version: VERSION, license: { name: "MIT" } },
    servers: [{ url: deps.publicUrl }],
  });
  return api;
}

/** Any one of them says who is asking. */
const SECURITY_SCHEMES = {
  apiKey: { type: "apiKey", in: "header", name: "x-api-key" },
  bearer: { type: "http", scheme: "bearer", description: "The same API key" },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "switchhook.session_token",
    description: "What signing in sets; over https its name begins with __Secure-. From our own pages only.",
  },
} as const;

/** @throws AppError `unauthenticated`, `no_organization`, `origin_not_allowed` */
function authenticated(deps: HttpDeps) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const actor = await findActor(deps, c.req.raw);
    if (!actor) {
      throw new AppError("unauthenticated", {
        detail: "Sign in, or send an API key as x-api-key or Authorization: Bearer.",
      });
    }
    c.set("actor", { ...actor, requestId: c.var.requestId });
    c.set(
      "isStillAsking",
      stillAsking(deps.streamClock, actor, () => findActor(deps, c.req.raw)),
    );
    await next();
  });
}

function findActor(deps: HttpDeps, request: Request): Promise<Actor | undefined> {
  return (deps.authenticate ? authenticateByHost : authenticateOwn)(deps, request);
}

async function authenticateOwn(deps: HttpDeps, request: Request): Promise<Actor | undefined> {
  const found = await deps.auth.authenticate(request);
  if (found?.by === "session") requireAllowedOrigin(deps, request);
  return found?.actor;
}

async function authenticateByHost(deps: HttpDeps, request: Request): Promise<Actor | undefined> {
  const actor = await deps.authenticate?.(request);
  // What the host goes by is its own affair, but it may well be the cookie, and a forged request carries that as well.
  // It carries no key: no other site's page can add one unless the host's CORS rules let it.
  const mayBeForged = request.headers.has("cookie") && presentedKey(request) === undefined;
  if (actor && mayBeForged) requireAllowedOrigin(deps, request);
  return actor;
}

function requireAllowedOrigin({ allowedOrigins }: HttpDeps, request: Request): void {
  if (isAllowedOrigin(request, allowedOrigins)) return;
  throw new AppError("origin_not_allowed", {
    detail:
      "Name the page's origin in TRUSTED_ORIGINS, or in trustedOrigins where Switchhook is part of an app; outside of the " +
      "browser use an API key.",
  });
}

/** The page of an error code, as Markdown. */
function errorPage(code: string): Response {
  if (!Object.hasOwn(PROBLEMS, code)) throw new AppError("not_found");
  const page = readFileSync(new URL(`../../docs/errors/${code}.md`, import.meta.url));
  return new Response(page, { headers: { "Content-Type": "text/markdown; charset=utf-8" } });
}

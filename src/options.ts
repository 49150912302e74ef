// The options of Switchhook, their defaults, and how the environment becomes options. Besides cli/, the only reader of
// process.env.
import { CronExpressionParser } from "cron-parser";
import { z } from "zod";
import type { AnsweringLimits } from "./answering/answering-limits.ts";
import type { Actor } from "./auth/actor.ts";
import { DEFAULT_TRUSTED_PROXIES } from "./auth/client-address.ts";
import type { Clock } from "./base/clock.ts";
import { AppError } from "./base/errors.ts";
import type { Logger, LogLevel } from "./base/log.ts";
import type { ReconcileOnStart } from "./fleet/public-url-change.ts";
import type { OperationDeps } from "./phone-numbers/operations/operation-deps.ts";
import { DEFAULT_SENDING_LIMITS, type SendingLimits } from "./sending/sending-rate.ts";
import { publicUrlFrom } from "./twilio/public-url.ts";
import { ACCOUNT_SID, API_KEY_SID } from "./twilio/sid.ts";

export interface SwitchhookOptions {
  /** `postgres://…`, `pglite:DIRECTORY` (the default: `pglite:./.switchhook/data`) or `pglite:memory`. */
  readonly databaseUrl?: string;
  /**
   * 32 characters or more; encrypts credentials and signs sessions. Generated beside an embedded database when it is
   * missing, required with PostgreSQL.
   */
  readonly secret?: string | undefined;
  /** Earlier secrets, so that what was encrypted with them can still be read. */
  readonly previousSecrets?: readonly string[];
  /** The base of the URLs that Twilio is given: origin and optional path prefix. */
  readonly publicUrl?: string;
  /**
   * Further origins whose pages may change something by a cookie, ours or that of a host's `authenticate`. The origin of
   * `publicUrl` may always.
   */
  readonly trustedOrigins?: readonly string[];
  /**
   * Addresses and CIDR ranges of the proxies whose X-Forwarded-For is believed, so that attempts to sign in are limited
   * per client; those of this machine unless set. Without a connection, as where a host calls `fetch`, the header itself is.
   */
  readonly trustedProxies?: readonly string[];
  /** A key that acts as an owner of the organization `default`. */
  readonly apiKey?: string | undefined;
  /** Connected to the organization `default` at start. */
  readonly twilioAccount?:
    | {
        readonly accountSid: string;
        readonly authToken: string;
        readonly apiKey?: { readonly sid: string; readonly secret: string } | undefined;
      }
    | undefined;
  /** Replaces the origin of every https://PRODUCT.twilio.com. */
  readonly twilioApiBaseUrl?: string | undefined;
  /** Whether requests to Twilio go through the proxy of HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly usesEnvironmentProxy?: boolean;
  /**
   * Hosts in private networks that tenants' endpoints may be on, and reached by http: `agents.internal`, `10.0.0.5:8080`.
   * Without this an endpoint is a public https address.
   */
  readonly allowedPrivateHosts?: readonly string[];
  readonly signatures?: "enforce" | "shadow";
  /** `invite`: after the first person only those who are invited may sign up. */
  readonly signUp?: "open" | "invite";
  readonly logLevel?: LogLevel;
  readonly log?: Logger;
  /**
   * A host's own authentication, in place of sessions and API keys. A request that carries any cookie and no API key
   * (`x-api-key`, `Authorization: Bearer`) changes something only from a page of `publicUrl` or `trustedOrigins`, so a
   * forged one is refused whatever the cookie's SameSite says. What a browser sends by itself besides cookies, such as
   * client certificates, the host has to guard.
   */
  readonly authenticate?: (request: Request) => Promise<Actor | undefined>;
  /** With `authenticate`: whether the host has an organization of this id, to which a number may be allocated. */
  readonly organizationExists?: (id: string) => Promise<boolean>;
  /**
   * How long an operation stays with its process without a sign of life, in milliseconds: 60,000 unless set. Like
   * `lateWriteWindowMs`, longer than a request may be under way at all: `twilioTimeoutMs` and the 15 seconds within which
   * it may be repeated.
   */
  readonly leaseMs?: number;
  /** How long a write that Twilio did not answer may still land, in milliseconds: 30,000 unless set. */
  readonly lateWriteWindowMs?: number;
  /** How long one request to Twilio may take, in milliseconds: 10,000 unless set. */
  readonly twilioTimeoutMs?: number;
  /** How long agents are waited for; see `AnsweringLimits`. */
  readonly answering?: Partial<AnsweringLimits>;
  /** How much each number and organization may send and call through the API; see `SendingLimits`. */
  readonly sendingLimits?: Partial<SendingLimits>;
  /** For how many days status callbacks are kept as they came; calls, messages and the ledger stay. 90 unless set. */
  readonly statusEventRetentionDays?: number;
  /** What is done about numbers that have an earlier public URL: `report` (the default) or `apply`. */
  readonly reconcileOnStart?: ReconcileOnStart;
  /** When all accounts are compared with what is wanted: five fields, UTC. Every 15 minutes unless set. */
  readonly sweepCron?: string;
  /** Hears of every step of an operation. */
  readonly onStep?: OperationDeps["onStep"];
  readonly clock?: Clock;
  /** Off where sign-in attempts must not be limited, as in tests. */
  readonly limitAttempts?: boolean;
}

export const DEFAULT_DATABASE_URL = "pglite:./.switchhook/data";

export const DEFAULT_SWEEP_CRON = "*/15 * * * *";

const commaSeparated = z
  .string()
  .transform((list) => list.split(",").flatMap((entry) => entry.trim() || []))
  .default([]);

/** As pg-boss reads it, which takes a sixth field as well and then looks once a minute all the same. */
function isSchedule(cron: string): boolean {
  try {
    CronExpressionParser.parse(cron);
    return cron.trim().split(/\s+/).length === 5;
  } catch {
    return false;
  }
}

/** As a browser states one. */
const origin = z
  .string()
  .refine((text) => URL.parse(text)?.origin === text, "must be an origin such as https://app.example.com");

function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int(error).min(min, error).max(max, error);
}

const sendsPerMinute = wholeNumber(1, 1_000_000);

const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535).default(3_000),
  HOST: z.string().default("127.0.0.1"),
  DATABASE_URL: z.string().default(DEFAULT_DATABASE_URL),
  SWITCHHOOK_SECRET: z
    .string()
    .min(32, "must have 32 characters or more; try: openssl rand -hex 32")
    .optional(),
  SWITCHHOOK_PREVIOUS_SECRETS: commaSeparated,
  SWITCHHOOK_API_KEY: z.string().min(16, "must have 16 characters or more").optional(),
  TWILIO_ACCOUNT_SID: z.string().regex(ACCOUNT_SID, "must be AC and 32 hexadecimal digits").optional(),
  TWILIO_AUTH_TOKEN: z.string().min(1).optional(),
  TWILIO_API_KEY: z.string().regex(API_KEY_SID, "must be SK and 32 hexadecimal digits").optional(),
  TWILIO_API_SECRET: z.string().min(1).optional(),
  TWILIO_API_BASE_URL: z
    .url({ protocol: /^https?$/, error: "must be a URL such as http://localhost:4010" })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional(),
  ALLOW_PRIVATE_HOSTS: commaSeparated,
  TRUSTED_ORIGINS: commaSeparated.pipe(z.array(origin)),
  TRUSTED_PROXIES: commaSeparated.default(DEFAULT_TRUSTED_PROXIES),
  NODE_USE_ENV_PROXY: z.string().optional(),
  SIGNATURES: z.enum(["enforce", "shadow"]).default("enforce"),
  SIGN_UP: z.enum(["open", "invite"]).default("open"),
  NUMBER_SENDS_PER_MINUTE: sendsPerMinute.default(DEFAULT_SENDING_LIMITS.numberPerMinute),
  ORGANIZATION_SENDS_PER_MINUTE: sendsPerMinute.default(DEFAULT_SENDING_LIMITS.organizationPerMinute),
  STATUS_EVENT_RETENTION_DAYS: wholeNumber(1, 36_500).default(90),
  SWEEP_CRON: z
    .string()
    .refine(isSchedule, "must have five fields that cron understands, as in */15 * * * *")
    .default(DEFAULT_SWEEP_CRON),
  RECONCILE_ON_START: z.enum(["report", "apply"]).default("report"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

type Environment = Readonly<Record<string, string | undefined>>;

export interface ServerOptions extends SwitchhookOptions {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string;
}

/** @throws AppError `invalid_configuration`, which names every setting that is wrong */
export function optionsFromEnvironment(environment: Environment): ServerOptions {
  // An empty setting is one that somebody has left blank.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim() !== ""));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) {
    const detail = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    throw new AppError("invalid_configuration", { detail });
  }
  const env = parsed.data;
  return {
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    secret: env.SWITCHHOOK_SECRET,
    previousSecrets: env.SWITCHHOOK_PREVIOUS_SECRETS,
    publicUrl: publicUrlFrom(set, env.PORT).url,
    trustedOrigins: [`http://localhost:${env.PORT}`, `http://127.0.0.1:${env.PORT}`, ...env.TRUSTED_ORIGINS],
    trustedProxies: env.TRUSTED_PROXIES,
    apiKey: env.SWITCHHOOK_API_KEY,
    twilioAccount: twilioAccountFrom(env),
    twilioApiBaseUrl: env.TWILIO_API_BASE_URL,
    // Node's own switch for the same: https://nodejs.org/api/cli.html#node_use_env_proxy1
    usesEnvironmentProxy: env.NODE_USE_ENV_PROXY === "1",
    allowedPrivateHosts: env.ALLOW_PRIVATE_HOSTS,
    signatures: env.SIGNATURES,
    signUp: env.SIGN_UP,
    sendingLimits: {
      numberPerMinute: env.NUMBER_SENDS_PER_MINUTE,
      organizationPerMinute: env.ORGANIZATION_SENDS_PER_MINUTE,
    },
    statusEventRetentionDays: env.STATUS_EVENT_RETENTION_DAYS,
    sweepCron: env.SWEEP_CRON,
    reconcileOnStart: env.RECONCILE_ON_START,
    logLevel: env.LOG_LEVEL,
  };
}

function twilioAccountFrom(env: z.infer<typeof environmentSchema>): SwitchhookOptions["twilioAccount"] {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = env;
  const { TWILIO_API_KEY: sid, TWILIO_API_SECRET: secret } = env;
  if (Object.values({ accountSid, authToken, sid, secret }).every((value) => value === undefined))
    return undefined;
  if (accountSid === undefined || authToken === undefined) {
    throw new AppError("invalid_configuration", {
      detail:
        "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN belong together; set both or neither. The auth token is needed beside " +
        "an API key as well, because it is what signs Twilio's webhooks.",
    });
  }
  if (sid === undefined && secret === undefined) return { accountSid, authToken, apiKey: undefined };
  if (sid === undefined || secret === undefined) {
    throw new AppError("invalid_configuration", {
      detail: "TWILIO_API_KEY and TWILIO_API_SECRET belong together; set both or neither.",
    });
  }
  return { accountSid, authToken, apiKey: { sid, secret } };
}

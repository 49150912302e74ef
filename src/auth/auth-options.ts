import { apiKey } from "@better-auth/api-key";
import type { BetterAuthOptions } from "better-auth";
import { isAPIError } from "better-auth/api";
import { organization } from "better-auth/plugins/organization";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import { DATABASE_SCHEMA } from "../db/migrations.ts";
import { CLIENT_ADDRESS_HEADER } from "./client-address.ts";
import { MAX_KEY_NAME_LENGTH, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from "./person-request.ts";
import { accessControl, organizationRoles } from "./roles.ts";
import { organizationForSession, requireInvitation } from "./sign-up.ts";

export interface AuthOptions {
  readonly db: Db;
  /** Signs the session cookies; 32 characters or more. */
  readonly secret: string;
  readonly publicUrl: string;
  /** Origins besides the public URL's that may use cookie sessions. */
  readonly trustedOrigins: readonly string[];
  /** `invite`: only addresses with a pending invitation may sign up, once there is somebody who could invite. */
  readonly signUp: "open" | "invite";
  readonly log: Logger;
  /** Limits attempts to sign in or up per client; true unless set to false. Requests say theirs by `withClientAddress`. */
  readonly limitAttempts?: boolean;
}

/** What the library calls the secret, whose setting has a name of its own here. */
const ITS_SECRET = /the current secret( \(version 1\))?/;
const OUR_SECRET = "SWITCHHOOK_SECRET (the option `secret`)";

/** Our use of better-auth. What it needs of the database is in db/migrations/0001-auth.ts. */
export function betterAuthOptions(options: AuthOptions) {
  return {
    appName: "Switchhook",
    secret: options.secret,
    // The same once more: with `secret` alone, a BETTER_AUTH_SECRETS of the host's own sign-in would be used instead.
    secrets: [{ version: 1, value: options.secret }],
    baseURL: new URL(options.publicUrl).origin,
    basePath: "/api/auth",
    trustedOrigins: [...options.trustedOrigins],
    database: { db: options.db, type: "postgres", schemaName: DATABASE_SCHEMA, transaction: true },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
    },
    telemetry: { enabled: false },
    logger: betterAuthLogger(options.log),
    onAPIError: {
      onError: (error) => {
        // What the client did wrong is in its answer. Without this hook the library prints it to the console too.
        if (isAPIError(error) && error.statusCode < 500) return;
        options.log.error({ err: error }, "auth.failed");
      },
    },
    advanced: {
      cookiePrefix: "switchhook",
      useSecureCookies: options.publicUrl.startsWith("https:"),
      // The library's defaults, said aloud: left out, it switches both checks off wherever NODE_ENV is "test".
      disableOriginCheck: false,
      disableCSRFCheck: false,
      // The library would take the address from X-Forwarded-For, whoever wrote it.
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    rateLimit: {
      // The library's default is on only where NODE_ENV is "production", which nobody sets for a plain start.
      enabled: options.limitAttempts ?? true,
      // Reading one's own session is no attempt at anything, and every page view does it.
      customRules: { "/get-session": false },
    },
    databaseHooks: databaseHooks(options.signUp),
    plugins: [
      organization({
        ac: accessControl,
        roles: organizationRoles,
        // Numbers, agents and the audit log name their organization; it must not vanish under them.
        disableOrganizationDeletion: true,
      }),
      apiKey({
        references: "organization",
        defaultPrefix: "sh_",
        enableMetadata: true,
        maximumNameLength: MAX_KEY_NAME_LENGTH,
        rateLimit: { enabled: false },
      }),
    ],
  } satisfies BetterAuthOptions;
}

function databaseHooks(signUp: AuthOptions["signUp"]) {
  return {
    user: {
      create: {
        before: async (user, context) => {
          if (signUp === "invite") await requireInvitation(context, user.email);
        },
      },
    },
    session: {
      create: {
        before: async (session, context) => {
          const orgId = context && (await organizationForSession(context, session.userId, signUp === "open"));
          return { data: { activeOrganizationId: orgId ?? null } };
        },
      },
    },
  } satisfies BetterAuthOptions["databaseHooks"];
}

// From "warn" up: below that, the library's messages name e-mail addresses.
function betterAuthLogger(log: Logger) {
  return {
    level: "warn",
    log: (level, message, ...details) => {
      const said = message.replace(ITS_SECRET, OUR_SECRET);
      log[level]({ err: details.find((detail) => detail instanceof Error), message: said }, "auth.library");
    },
  } satisfies BetterAuthOptions["logger"];
}

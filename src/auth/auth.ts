// Who is asking: a session or an API key becomes an Actor. better-auth holds the users, sessions, organizations and
// keys; this folder decides nothing about numbers or agents, and nothing outside of it knows better-auth.
import { betterAuth } from "better-auth";
import { AppError } from "../base/errors.ts";
import type { Actor } from "./actor.ts";
import { findApiKeyActor } from "./api-key-store.ts";
import { type AuthOptions, betterAuthOptions } from "./auth-options.ts";
import { matchesEnvironmentKey } from "./environment-key.ts";
import { findMemberActor } from "./organization-store.ts";
import { presentedKey } from "./presented-key.ts";

export interface Authenticated {
  readonly actor: Actor;
  /** Requests by `session` must pass the rule of origin.ts as well. */
  readonly by: "session" | "api_key";
}

export interface Auth {
  /** Answers everything under /api/auth. */
  handler(request: Request): Promise<Response>;
  /**
   * Asks the database anew each time, so what was revoked stops working at once.
   *
   * @throws AppError `no_organization` for a session whose user is no member of the organization that it acts for
   */
  authenticate(request: Request): Promise<Authenticated | undefined>;
}

export interface CreateAuth extends AuthOptions {
  /** The key from the environment, and the organization that its holder owns. */
  readonly environmentKey?: { readonly key: string; readonly orgId: string };
}

export function createAuth(options: CreateAuth): Auth {
  const { db, environmentKey } = options;
  const library = betterAuth(betterAuthOptions(options));

  async function authenticateKey(key: string): Promise<Authenticated | undefined> {
    if (environmentKey && matchesEnvironmentKey(key, environmentKey.key)) {
      const actor: Actor = { orgId: environmentKey.orgId, userId: "key:environment", role: "owner" };
      return { actor, by: "api_key" };
    }
    const actor = await findApiKeyActor(db, key);
    return actor && { actor, by: "api_key" };
  }

  async function authenticateSession(request: Request): Promise<Authenticated | undefined> {
    // Without the refresh: the new cookie would have no response to go out on.
    const found = await library.api.getSession({ headers: request.headers, query: { disableRefresh: true } });
    if (!found) return undefined;
    const actor = await findMemberActor(db, found.user.id, found.session.activeOrganizationId ?? null);
    if (!actor)
      throw new AppError("no_organization", { detail: "Choose another one, or ask to be invited." });
    return { actor, by: "session" };
  }

  return {
    handler: (request) => library.handler(request),
    authenticate: (request) => {
      const key = presentedKey(request);
      // A key that is presented decides alone: whoever sends a revoked one must hear of it, cookie or not.
      return key === undefined ? authenticateSession(request) : authenticateKey(key);
    },
  };
}

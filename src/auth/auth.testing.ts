// A deployment's sign-in on an empty database, driven as a browser would: requests in, cookies kept.
import { z } from "zod";
import { createLogger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import { type Auth, type CreateAuth, createAuth } from "./auth.ts";
import type { AuthOptions } from "./auth-options.ts";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery staple";

export function authOptions(db: Db): AuthOptions {
  return {
    db,
    secret: "a secret for tests that is long enough",
    publicUrl: ORIGIN,
    trustedOrigins: [],
    signUp: "open",
    log: createLogger("silent"),
    limitAttempts: false,
  };
}

export function testAuth(db: Db, changes: Partial<CreateAuth> = {}): Auth {
  return createAuth({ ...authOptions(db), ...changes });
}

/** A browser with its cookie jar. */
export class Browser {
  cookie = "";
  private readonly auth: Auth;

  constructor(auth: Auth) {
    this.auth = auth;
  }

  get(path: string): Promise<Response> {
    return this.send(path, { headers: { cookie: this.cookie } });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const all = { "content-type": "application/json", origin: ORIGIN, cookie: this.cookie, ...headers };
    return this.send(path, { method: "POST", headers: all, body: JSON.stringify(body) });
  }

  /** What `authenticate` makes of this browser's cookies. */
  whoAmI(): ReturnType<Auth["authenticate"]> {
    return this.auth.authenticate(requestWith({ cookie: this.cookie }));
  }

  signUp(name: string, email: string): Promise<Response> {
    return this.post("/sign-up/email", { name, email, password: PASSWORD });
  }

  signIn(email: string): Promise<Response> {
    return this.post("/sign-in/email", { email, password: PASSWORD });
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const response = await this.auth.handler(new Request(`${ORIGIN}/api/auth${path}`, init));
    const set = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
    if (set.length > 0) this.cookie = set.join("; ");
    return response;
  }
}

export function requestWith(headers: Record<string, string>): Request {
  return new Request(`${ORIGIN}/api/agents`, { headers });
}

/** The organization that the browser's session acts for. */
export async function organizationOf(browser: Browser): Promise<string> {
  const found = await browser.whoAmI();
  if (!found) throw new Error("The browser is not signed in.");
  return found.actor.orgId;
}

const withId = z.object({ id: z.string() });
const withKey = z.object({ id: z.string(), key: z.string() });

export async function createKey(browser: Browser, metadata?: unknown): Promise<z.infer<typeof withKey>> {
  const organizationId = await organizationOf(browser);
  const response = await browser.post("/api-key/create", { name: "ci", organizationId, metadata });
  return withKey.parse(await response.json());
}

/** The id of the new invitation to the inviter's organization. */
export async function invite(inviter: Browser, email: string, role = "member"): Promise<string> {
  const response = await inviter.post("/organization/invite-member", { email, role });
  return withId.parse(await response.json()).id;
}

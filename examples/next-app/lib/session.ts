// Who asks, as this app knows it: whoever has given the password of the environment. Put your own sign-in here.
import { randomBytes, timingSafeEqual } from "node:crypto";

const COOKIE = "session";

const kept = globalThis as typeof globalThis & { sessions?: Set<string> };
kept.sessions ??= new Set();
const sessions = kept.sessions;

export function isSignedIn(cookies: string | null): boolean {
  const session = new RegExp(`(?:^|; )${COOKIE}=([^;]+)`).exec(cookies ?? "")?.[1];
  return session !== undefined && sessions.has(session);
}

/** @returns the cookie that says so from now on, or undefined if the password is wrong */
export function signIn(password: string): string | undefined {
  const expected = Buffer.from(process.env.APP_PASSWORD ?? "");
  const given = Buffer.from(password);
  if (expected.length === 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return undefined;
  }
  const session = randomBytes(32).toString("base64url");
  sessions.add(session);
  return `${COOKIE}=${session}; HttpOnly; SameSite=Lax; Path=/`;
}

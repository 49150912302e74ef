import { betterAuth } from "better-auth";
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { openTestDatabase } from "../../test/support/databases.ts";
import type { Database } from "../db/connect.ts";
import {
  authOptions,
  Browser,
  createKey,
  invite,
  organizationOf,
  requestWith,
  testAuth,
} from "./auth.testing.ts";
import type { Auth } from "./auth.ts";
import { betterAuthOptions } from "./auth-options.ts";
import { ensureOrganization } from "./organization-store.ts";

// Ana and Ben each have their own organization all along; signing up is slow on purpose, so there are few others.
let database: Database;
let auth: Auth;
let ana: Browser;
let ben: Browser;

beforeAll(async () => {
  database = await openTestDatabase();
  auth = testAuth(database.db);
  ana = new Browser(auth);
  ben = new Browser(auth);
  await ana.signUp("Ana Díaz", "Ana@example.com");
  await ben.signUp("Ben", "ben@example.com");
});
afterAll(() => database.close());
afterEach(() => vi.unstubAllEnvs());

test("a host's own better-auth does not lend us its secret, and what is said of ours names our setting", async () => {
  vi.stubEnv("BETTER_AUTH_SECRETS", "1:the secret of the host's own better-auth, which is not ours");
  const lines: string[] = [];
  const log = pino({ level: "warn" }, { write: (line) => void lines.push(line) });
  const weak = "change-me-change-me-change-me-change-me";
  const { $context } = betterAuth(betterAuthOptions({ ...authOptions(database.db), secret: weak, log }));
  expect((await $context).secret).toBe(weak);
  expect(lines.join("")).toMatch(/SWITCHHOOK_SECRET .* low-entropy/);
  expect(lines.join("")).not.toContain("BETTER_AUTH_SECRET");
});

test("signing up makes a person the owner of an organization of their own", async () => {
  expect(await ana.whoAmI()).toMatchObject({ actor: { role: "owner" }, by: "session" });
  expect(await organizationOf(ana)).not.toBe(await organizationOf(ben));
  const organizations = await database.db.selectFrom("organization").select(["name", "slug"]).execute();
  expect(organizations).toContainEqual({
    name: "Ana Díaz",
    slug: expect.stringMatching(/^ana-diaz-[0-9a-f]{8}$/),
  });
});

test("signing in again leads to the same organization", async () => {
  const elsewhere = new Browser(auth);
  await elsewhere.signIn("ana@example.com");
  expect(await elsewhere.whoAmI()).toEqual(await ana.whoAmI());
});

test.each([
  ["x-api-key", (key: string) => ({ "x-api-key": key })],
  ["a bearer token", (key: string) => ({ authorization: `Bearer ${key}` })],
])("an organization's key authenticates as %s", async (_name, headers) => {
  const { id, key } = await createKey(ana);
  expect(key).toMatch(/^sh_/);
  const actor = { orgId: await organizationOf(ana), userId: `key:${id}`, role: "admin" };
  expect(await auth.authenticate(requestWith(headers(key)))).toEqual({ actor, by: "api_key" });
});

test("a key is not kept, only its hash", async () => {
  const { id, key } = await createKey(ana);
  const row = await database.db
    .selectFrom("apikey")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  expect(JSON.stringify(row)).not.toContain(key.slice(10));
});

test.each([
  [{ role: "member" }, "member"],
  [{ role: "admin" }, "admin"],
  [{ role: "owner" }, "admin"],
  [{ role: "viewer" }, "member"],
  [{ role: 1 }, "member"],
  [{ note: "CI" }, "admin"],
])("a key with the metadata %j acts as %s", async (metadata, role) => {
  const { key } = await createKey(ana, metadata);
  expect(await auth.authenticate(requestWith({ "x-api-key": key }))).toMatchObject({ actor: { role } });
});

test.each<[string, (keyId: string) => Promise<unknown>]>([
  ["deleted", (keyId) => ana.post("/api-key/delete", { keyId })],
  ["disabled", (keyId) => ana.post("/api-key/update", { keyId, enabled: false })],
  ["expired", (keyId) => sql`update apikey set "expiresAt" = now() where id = ${keyId}`.execute(database.db)],
  ["orphaned", (keyId) => sql`update apikey set "referenceId" = '' where id = ${keyId}`.execute(database.db)],
])("a key that is %s stops working at once, also beside a valid cookie", async (_name, end) => {
  const { id, key } = await createKey(ana);
  const actor = { orgId: await organizationOf(ana), userId: `key:${id}`, role: "admin" };
  expect(await auth.authenticate(requestWith({ "x-api-key": key }))).toEqual({ actor, by: "api_key" });
  await end(id);
  expect(await auth.authenticate(requestWith({ "x-api-key": key, cookie: ana.cookie }))).toBeUndefined();
});

test("an organization neither sees nor touches another one's keys", async () => {
  const { id, key } = await createKey(ana);
  const orgId = await organizationOf(ana);
  expect((await ben.get(`/api-key/list?organizationId=${orgId}`)).status).toBe(403);
  expect((await ben.get(`/api-key/get?id=${id}`)).status).toBe(403);
  expect((await ben.post("/api-key/delete", { keyId: id })).status).toBe(403);
  expect((await ben.post("/api-key/create", { organizationId: orgId })).status).toBe(403);
  const own = await ben.get(`/api-key/list?organizationId=${await organizationOf(ben)}`);
  expect(await own.json()).toMatchObject({ apiKeys: [], total: 0 });
  const actor = { orgId, userId: `key:${id}`, role: "admin" };
  expect(await auth.authenticate(requestWith({ "x-api-key": key }))).toEqual({ actor, by: "api_key" });
});

test("a key opens nothing under /api/auth, so it cannot make further keys", async () => {
  const { key } = await createKey(ana);
  const body = { organizationId: await organizationOf(ana) };
  const response = await new Browser(auth).post("/api-key/create", body, { "x-api-key": key });
  expect(response.status).toBe(401);
});

test("whoever is invited joins as what they were invited as, and may not make keys as a member", async () => {
  const carl = new Browser(testAuth(database.db, { signUp: "invite" }));
  expect(await (await carl.signUp("Carl", "carl@example.com")).json()).toMatchObject({
    code: "INVITATION_REQUIRED",
  });

  const invitationId = await invite(ana, "Carl@example.com");
  await sql`update invitation set "expiresAt" = now() where id = ${invitationId}`.execute(database.db);
  expect((await carl.signUp("Carl", "carl@example.com")).status).toBe(403);

  await sql`update invitation set "expiresAt" = now() + interval '1 day'`.execute(database.db);
  expect((await carl.signUp("Carl", "carl@example.com")).status).toBe(200);
  await expect(carl.whoAmI()).rejects.toMatchObject({ code: "no_organization" });

  await carl.post("/organization/accept-invitation", { invitationId });
  const orgId = await organizationOf(ana);
  expect(await carl.whoAmI()).toMatchObject({ actor: { orgId, role: "member" } });
  expect((await carl.post("/api-key/create", { organizationId: orgId })).status).toBe(403);
  expect((await carl.get(`/api-key/list?organizationId=${orgId}`)).status).toBe(403);

  await ana.post("/organization/remove-member", { memberIdOrEmail: "carl@example.com" });
  await expect(carl.whoAmI()).rejects.toMatchObject({ code: "no_organization" });
});

test("a member who is removed falls back to an organization of which they still are one", async () => {
  const before = await ben.whoAmI();
  const invitationId = await invite(ana, "ben@example.com", "admin");
  await ben.post("/organization/accept-invitation", { invitationId });
  expect(await ben.whoAmI()).toMatchObject({ actor: { orgId: await organizationOf(ana), role: "admin" } });
  const { key } = await createKey(ben, { role: "owner" });
  expect(await auth.authenticate(requestWith({ "x-api-key": key }))).toMatchObject({
    actor: { role: "admin" },
  });

  await ana.post("/organization/remove-member", { memberIdOrEmail: "ben@example.com" });
  await expect(ben.whoAmI(), "not silently in the other one").rejects.toMatchObject({
    code: "no_organization",
  });
  await ben.post("/organization/set-active", { organizationId: before?.actor.orgId });
  expect(await ben.whoAmI()).toEqual(before);
});

test("a session cookie that was tampered with is nobody's", async () => {
  const session = new Browser(auth);
  const [name, value] = ana.cookie.split("=");
  session.cookie = `${name}=${value?.startsWith("A") ? "B" : "A"}${value?.slice(1)}`;
  expect(await session.whoAmI()).toBeUndefined();
});

test("a session that has expired or ended is nobody's", async () => {
  const session = new Browser(auth);
  const body: unknown = await (await session.signIn("ana@example.com")).json();
  expect(await session.whoAmI()).toBeDefined();
  const { token } = z.object({ token: z.string() }).parse(body);
  await sql`update session set "expiresAt" = now() - interval '1 second' where token = ${token}`.execute(
    database.db,
  );
  expect(await session.whoAmI()).toBeUndefined();

  await session.signIn("ana@example.com");
  const { cookie } = session;
  await session.post("/sign-out", {});
  session.cookie = cookie;
  expect(await session.whoAmI()).toBeUndefined();
  expect(await ana.whoAmI()).toBeDefined();
});

test("a page of somebody else's cannot use the session", async () => {
  const body = { name: "Forged", slug: "forged" };
  const response = await ana.post("/organization/create", body, { origin: "https://evil.example" });
  expect(response.status).toBe(403);
});

test("an organization cannot be deleted under what belongs to it", async () => {
  const response = await ana.post("/organization/delete", { organizationId: await organizationOf(ana) });
  expect(response.ok).toBe(false);
  expect(await ana.whoAmI()).toBeDefined();
});

test("over https, the session cookie is for https only", async () => {
  const secure = new Browser(testAuth(database.db, { publicUrl: "https://app.example.com" }));
  const body = { email: "ana@example.com", password: "correct horse battery staple" };
  const response = await secure.post("/sign-in/email", body, { origin: "https://app.example.com" });
  expect(response.headers.get("set-cookie")).toMatch(
    /^__Secure-switchhook.*; HttpOnly; Secure; SameSite=Lax/,
  );
});

test("the environment's key acts as the owner of its organization", async () => {
  const orgId = await ensureOrganization(database.db, "default", "Default");
  const withKey = testAuth(database.db, { environmentKey: { key: "a-key-from-the-environment", orgId } });
  const owner = { actor: { orgId, userId: "key:environment", role: "owner" }, by: "api_key" };
  expect(await withKey.authenticate(requestWith({ "x-api-key": "a-key-from-the-environment" }))).toEqual(
    owner,
  );
  const bearer = requestWith({ authorization: "Bearer a-key-from-the-environment" });
  expect(await withKey.authenticate(bearer)).toEqual(owner);
  expect(
    await withKey.authenticate(requestWith({ "x-api-key": "a-key-from-the-environmen" })),
  ).toBeUndefined();
  expect(await auth.authenticate(bearer)).toBeUndefined();
});

test("an organization that several nodes ensure at once is one", async () => {
  const ids = await Promise.all([1, 2, 3, 4].map(() => ensureOrganization(database.db, "shared", "Shared")));
  expect(new Set(ids).size).toBe(1);
  expect(await ensureOrganization(database.db, "shared", "Renamed")).toBe(ids[0]);
});

test("a user who takes the slug of the deployment's organization does not become it", async () => {
  await ben.post("/organization/create", { name: "Mine", slug: "taken" });
  await expect(ensureOrganization(database.db, "taken", "Ours")).rejects.toMatchObject({
    code: "invalid_configuration",
  });
});

test("attempts to sign in are limited", async () => {
  const limited = new Browser(testAuth(database.db, { limitAttempts: true }));
  const attempts = [1, 2, 3, 4].map(() => limited.post("/sign-in/email", {}));
  expect((await Promise.all(attempts)).map((response) => response.status)).toEqual([400, 400, 400, 429]);
});

test("where signing up needs an invitation, the first person needs none, and the second does", async () => {
  const empty = await openTestDatabase();
  const invited = testAuth(empty.db, { signUp: "invite" });
  const first = new Browser(invited);
  expect((await first.signUp("First", "first@example.com")).status).toBe(200);
  expect(await first.whoAmI()).toMatchObject({ actor: { role: "owner" } });
  expect((await new Browser(invited).signUp("Second", "second@example.com")).status).toBe(403);
  await empty.close();
});

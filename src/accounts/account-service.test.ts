import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import { listAudit } from "../audit/audit-service.ts";
import type { Actor } from "../auth/actor.ts";
import { testClock } from "../base/clock.testing.ts";
import { DAY_MS } from "../base/durations.ts";
import { createLogger } from "../base/log.ts";
import { createVault } from "../base/vault.ts";
import type { Database } from "../db/connect.ts";
import { CREDENTIALS, sid, testClient } from "../twilio/twilio.testing.ts";
import {
  type AccountDeps,
  connectAccount,
  connectSubaccount,
  listOwnAccounts,
  listSubaccounts,
  resealCredentials,
} from "./account-service.ts";
import { findAccount } from "./account-store.ts";
import { configuredAccount } from "./configured-account.ts";
import { SigningKeys, type SigningKeysDeps } from "./signing-keys.ts";
import { openCredentials } from "./twilio-clients.ts";

const NEW_TOKEN = "a-made-up-token-after-rotation";

let emulator: Emulator;
let database: Database;
let serial = 0;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

/** An account in Twilio that nobody has connected, and an organization without accounts. */
function start() {
  serial += 1;
  const account = { accountSid: sid("AC", serial), authToken: CREDENTIALS.authToken };
  emulator.control.createAccount({ sid: account.accountSid, authToken: account.authToken });
  const actor: Actor = { orgId: `org_${serial}`, userId: "user_1", role: "admin" };
  return { account, actor };
}

function depsWith(
  ...secrets: string[]
): AccountDeps & SigningKeysDeps & { clock: ReturnType<typeof testClock> } {
  const clock = testClock();
  const log = createLogger("silent");
  const connectTwilio: AccountDeps["connectTwilio"] = (credentials) =>
    testClient(emulator.url, { credentials, clock });
  const vault = createVault(secrets.map((secret) => secret.padEnd(32, ".")));
  return { db: database.db, clock, log, connectTwilio, vault };
}

/** The tokens by which a node that starts now knows the account's signatures. */
async function signingTokens(deps: SigningKeysDeps, accountSid: string): Promise<readonly string[]> {
  const keys = new SigningKeys(deps);
  await keys.reload();
  return keys.tokensOf(accountSid);
}

describeEachDatabase("connecting an account", (kind) => {
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  test("again, with a new token, keeps the id and the token before, which may have signed what is under way", async () => {
    const { account, actor } = start();
    const deps = depsWith("secret");
    const first = await connectAccount(deps, actor, account);
    emulator.control.rotateAuthToken(account.accountSid, NEW_TOKEN);
    const again = await connectAccount(deps, actor, { ...account, authToken: NEW_TOKEN });
    expect(again.id).toBe(first.id);
    expect(await signingTokens(deps, account.accountSid)).toEqual([NEW_TOKEN, account.authToken]);
  });

  test("of the settings is tried again until Twilio answers, and then no more", async () => {
    const { account, actor } = start();
    const deps = depsWith("secret");
    const connect = configuredAccount(deps, actor.orgId, account);
    emulator.control.addFault({
      path: account.accountSid,
      times: 100,
      effect: { kind: "error", status: 503 },
    });
    await connect();
    expect(await listOwnAccounts(deps, actor)).toEqual([]);
    emulator.control.clearFaults();
    await connect();
    expect(await listOwnAccounts(deps, actor)).toMatchObject([{ sid: account.accountSid }]);
    emulator.control.clearRequests();
    await connect();
    expect(emulator.control.requests()).toEqual([]);
  });

  test("again without its API key uses its token", async () => {
    const { account, actor } = start();
    const deps = depsWith("secret");
    const apiKey = emulator.control.createApiKey(account.accountSid);
    const { id } = await connectAccount(deps, actor, { ...account, apiKey });
    await connectAccount(deps, actor, account);
    const kept = await findAccount(deps.db, actor.orgId, id);
    expect(kept && openCredentials(deps.vault, kept)).toEqual({
      authToken: account.authToken,
      confirmedAt: expect.any(String),
    });
  });

  test("from several processes at once leaves one account, whose credentials can be read", async () => {
    const { account, actor } = start();
    const deps = depsWith("secret");
    await Promise.all(Array.from({ length: 5 }, () => connectAccount(deps, actor, account)));
    const accounts = await listOwnAccounts(deps, actor);
    expect(accounts).toHaveLength(1);
    expect(await listSubaccounts(deps, actor, accounts[0]?.id ?? "")).toEqual([]);
  });

  test("answers with the id under which it is kept, whoever came first", async () => {
    const { account, actor } = start();
    const deps = depsWith("secret");
    const connected = await Promise.all(
      Array.from({ length: 5 }, () => connectAccount(deps, actor, account)),
    );
    const [kept] = await listOwnAccounts(deps, actor);
    expect(kept).not.toHaveProperty("credentials");
    expect(connected.map(({ id }) => id)).toEqual(connected.map(() => kept?.id));
  });

  test("again with nothing new changes nothing and leaves no audit entry", async () => {
    const { account, actor } = start();
    const deps = depsWith("secret");
    const first = await connectAccount(deps, actor, account);
    expect(await connectAccount(deps, actor, account)).toEqual(first);
    const { rows: entries } = await listAudit(deps, actor, { limit: 10 });
    expect(entries.map(({ action }) => action)).toEqual(["twilio_account.connect"]);
  });

  test("a token that was replaced signs for another day and no longer", async () => {
    const { account, actor } = start();
    const deps = depsWith("secret");
    await connectAccount(deps, actor, account);
    emulator.control.rotateAuthToken(account.accountSid, NEW_TOKEN);
    await connectAccount(deps, actor, { ...account, authToken: NEW_TOKEN });
    deps.clock.advance(DAY_MS + 1);
    expect(await signingTokens(deps, account.accountSid)).toEqual([NEW_TOKEN]);
  });

  test("a token that was replaced in another organization signs for another day here too, unless Twilio takes it again", async () => {
    const { account, actor } = start();
    const { accountSid, authToken } = account;
    const other = { ...actor, orgId: `${actor.orgId}_other` };
    const deps = depsWith("secret");
    await connectAccount(deps, actor, account);
    deps.clock.advance(DAY_MS);
    emulator.control.rotateAuthToken(accountSid, NEW_TOKEN);
    await connectAccount(deps, other, { ...account, authToken: NEW_TOKEN });
    expect((await signingTokens(deps, accountSid)).toSorted()).toEqual([authToken, NEW_TOKEN].toSorted());
    deps.clock.advance(DAY_MS);
    expect(await signingTokens(deps, accountSid)).toEqual([NEW_TOKEN]);
    emulator.control.rotateAuthToken(accountSid, authToken);
    await connectAccount(deps, actor, account);
    deps.clock.advance(DAY_MS);
    expect(await signingTokens(deps, accountSid)).toEqual([authToken]);
  });

  test("with an API key still lists and connects subaccounts, which only the auth token may", async () => {
    const { account, actor } = start();
    const deps = depsWith("secret");
    const child = emulator.control.createAccount({ parentSid: account.accountSid, friendlyName: "Child" });
    const apiKey = emulator.control.createApiKey(account.accountSid);
    const { id } = await connectAccount(deps, actor, { ...account, apiKey });
    expect(await listSubaccounts(deps, actor, id)).toMatchObject([{ sid: child.sid, connected: false }]);
    await connectSubaccount(deps, actor, { accountId: id, subaccountSid: child.sid });
    expect(await listSubaccounts(deps, actor, id)).toMatchObject([{ sid: child.sid, connected: true }]);
  });

  test("what an earlier secret encrypted is encrypted anew, so that the secret can be dropped", async () => {
    const { account, actor } = start();
    await connectAccount(depsWith("earlier"), actor, account);
    expect(await resealCredentials(depsWith("new", "earlier"))).toBeGreaterThan(0);
    expect(await resealCredentials(depsWith("new", "earlier"))).toBe(0);
    expect(await signingTokens(depsWith("new"), account.accountSid)).toEqual([account.authToken]);
  });

  test("again is the way out when the secret that its credentials were kept with is lost", async () => {
    const { account, actor } = start();
    const { id } = await connectAccount(depsWith("lost"), actor, account);
    const deps = depsWith("new");
    await expect(listSubaccounts(deps, actor, id)).rejects.toMatchObject({
      code: "credentials_unreadable",
    });
    expect(await connectAccount(deps, actor, account)).toMatchObject({ id });
    expect(await signingTokens(deps, account.accountSid)).toEqual([account.authToken]);
  });

  describe("is refused and keeps nothing", () => {
    test("with a token that Twilio does not know", async () => {
      const { account, actor } = start();
      const deps = depsWith("secret");
      const connecting = connectAccount(deps, actor, { ...account, authToken: "wrong" });
      await expect(connecting).rejects.toMatchObject({ code: "twilio_credentials_rejected" });
      expect(await listOwnAccounts(deps, actor)).toEqual([]);
    });

    test("for a member", async () => {
      const { account, actor } = start();
      const connecting = connectAccount(depsWith("secret"), { ...actor, role: "member" }, account);
      await expect(connecting).rejects.toMatchObject({ code: "forbidden" });
    });
  });
});

import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import { testClock } from "../base/clock.testing.ts";
import { systemClock } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import { createLogger } from "../base/log.ts";
import { createVault } from "../base/vault.ts";
import type { Database } from "../db/connect.ts";
import { keepFresh } from "../db/memory-copy.ts";
import type { StoredCredentials } from "./account.ts";
import { deleteAccount, upsertAccount } from "./account-store.ts";
import { SigningKeys, type SigningKeysDeps } from "./signing-keys.ts";
import { sealCredentials } from "./twilio-clients.ts";

const log = createLogger("silent");
const vault = createVault(["a made-up secret of more than 32 characters"]);
const lostVault = createVault(["another made-up secret, which nobody has kept"]);

describeEachDatabase("signing keys", (kind) => {
  let database: Database;
  let keys: SigningKeys;
  const clock = testClock();
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await connect("org_before", "ACbefore", { authToken: "token-before" });
    keys = await freshKeys();
  });
  afterAll(() => database.close());

  async function freshKeys(changes: Partial<SigningKeysDeps> = {}): Promise<SigningKeys> {
    const created = new SigningKeys({ db: database.db, vault, clock, log, ...changes });
    await keepFresh({ clock: systemClock, log }, database.changes, created);
    return created;
  }

  async function connect(
    orgId: string,
    sid: string,
    credentials: StoredCredentials,
    sealedBy = vault,
  ): Promise<void> {
    await upsertAccount(database.db, {
      id: `acct_${orgId}_${sid}`,
      orgId,
      sid,
      parentSid: undefined,
      friendlyName: "Account",
      status: "active",
      createdAt: clock.now(),
      credentials: sealCredentials(sealedBy, { orgId, sid }, credentials),
    });
    await database.changes.barrier();
  }

  async function disconnect(orgId: string, sid: string): Promise<void> {
    await deleteAccount(database.db, orgId, `acct_${orgId}_${sid}`);
    await database.changes.barrier();
  }

  test("know what was connected before they were loaded, and nothing else", () => {
    expect(keys.tokensOf("ACbefore")).toEqual(["token-before"]);
    expect(keys.tokensOf("ACstranger")).toEqual([]);
    expect(keys.tokensOf("")).toEqual([]);
    expect(keys.tokensOf("__proto__")).toEqual([]);
  });

  test("know an account as soon as it is connected, and no longer when it is not", async () => {
    await connect("org", "ACbriefly", { authToken: "token" });
    expect(keys.tokensOf("ACbriefly")).toEqual(["token"]);
    await disconnect("org", "ACbriefly");
    expect(keys.tokensOf("ACbriefly")).toEqual([]);
  });

  test("know every connection of an account, and each organization's own credentials", async () => {
    const apiKey = { sid: "SKone", secret: "secret" };
    await connect("org_1", "ACshared", { authToken: "token-1", apiKey });
    await connect("org_2", "ACshared", { authToken: "token-2" });
    await connect("org_3", "ACshared", { authToken: "token-2" });
    expect(keys.tokensOf("ACshared")).toEqual(["token-1", "token-2"]);
    expect(keys.credentialsOf("org_1", "ACshared")).toEqual({ authToken: "token-1", apiKey });
    expect(keys.credentialsOf("org_2", "ACshared")).toEqual({ authToken: "token-2" });
    expect(keys.credentialsOf("org_4", "ACshared")).toBeUndefined();
    await disconnect("org_1", "ACshared");
    expect(keys.tokensOf("ACshared")).toEqual(["token-2"]);
    expect(keys.credentialsOf("org_1", "ACshared")).toBeUndefined();
  });

  test("take the token before for another day by the clock, without hearing of anything", async () => {
    const previous = { authToken: "token-old", replacedAt: clock.now().toISOString() };
    await connect("org", "ACrotated", { authToken: "token-new", previous });
    clock.advance(DAY_MS - 1);
    expect(keys.tokensOf("ACrotated")).toEqual(["token-new", "token-old"]);
    clock.advance(1);
    expect(keys.tokensOf("ACrotated")).toEqual(["token-new"]);
  });

  test("take an outdone token of another organization's connection for another day, and no longer", async () => {
    await connect("org_1", "ACfired", { authToken: "token-1" });
    await connect("org_2", "ACfired", { authToken: "token-1" });
    clock.advance(DAY_MS);
    const confirmedAt = clock.now().toISOString();
    const previous = { authToken: "token-1", replacedAt: confirmedAt };
    await connect("org_1", "ACfired", { authToken: "token-2", confirmedAt, previous });
    expect(keys.tokensOf("ACfired")).toEqual(expect.arrayContaining(["token-1", "token-2"]));
    clock.advance(DAY_MS);
    expect(keys.tokensOf("ACfired")).toEqual(["token-2"]);
  });

  test("credentials that cannot be read are logged once, however often they are asked for, and harm no others", async () => {
    const lines: unknown[] = [];
    const listening = await freshKeys({
      log: pino({ level: "error" }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
    });
    await connect("org_lost", "ACunreadable", { authToken: "lost" }, lostVault);
    await connect("org_found", "ACreadable", { authToken: "found" });
    expect(listening.tokensOf("ACunreadable")).toEqual([]);
    expect(listening.tokensOf("ACunreadable")).toEqual([]);
    expect(listening.tokensOf("ACreadable")).toEqual(["found"]);
    expect(lines).toMatchObject([
      { msg: "twilio_account.credentials_unreadable", accountId: "acct_org_lost_ACunreadable" },
    ]);
  });

  test("more accounts than fit on a page are all loaded, and all read again when all have changed", async () => {
    await sql`
      insert into twilio_account (id, org_id, sid, friendly_name, status, credentials, created_at, updated_at)
      select 'acct_many_' || n, 'org_many', 'ACmany' || n, 'Account', 'active', '', now(), now()
      from generate_series(1, 1200) as n
    `.execute(database.db);
    for (const sid of ["ACmany1", "ACmany600", "ACmany1200"])
      await connect("org_last", sid, { authToken: sid });
    expect(["ACmany1", "ACmany600", "ACmany1200"].flatMap((sid) => keys.tokensOf(sid))).toHaveLength(3);
    const loaded = await freshKeys();
    expect(["ACmany1", "ACmany600", "ACmany1200"].flatMap((sid) => loaded.tokensOf(sid))).toHaveLength(3);
    await sql`delete from twilio_account where org_id in ('org_many', 'org_last')`.execute(database.db);
    await database.changes.barrier();
    expect(keys.tokensOf("ACmany600")).toEqual([]);
    expect(keys.tokensOf("ACbefore")).toEqual(["token-before"]);
  });
});

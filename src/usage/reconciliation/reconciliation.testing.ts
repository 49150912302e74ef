// An emulated Twilio in which things happen that nobody tells us of, a ledger that has to find out, and one clock for both.
import { sql } from "kysely";
import { type Emulator, startEmulator } from "../../../emulator/index.ts";
import { emptyTables } from "../../../test/support/empty-tables.ts";
import { upsertAccount } from "../../accounts/account-store.ts";
import { clientFor, sealCredentials } from "../../accounts/twilio-clients.ts";
import { type TestClock, testClock } from "../../base/clock.testing.ts";
import { createLogger } from "../../base/log.ts";
import { createMetrics } from "../../base/metrics.ts";
import { createVault } from "../../base/vault.ts";
import type { Database, Db } from "../../db/connect.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import { testClient, sid as testSid } from "../../twilio/twilio.testing.ts";
import type { RunDeps } from "./runs.ts";

export const ACCOUNT = testSid("AC");
export const OURS = "+14155550100";
export const CALLER = "+14155559999";
const VAULT = createVault(["a made-up secret of more than 32 characters"]);

export interface Books {
  readonly emulator: Emulator;
  readonly db: Db;
  readonly clock: TestClock;
  readonly deps: RunDeps;
  /** Connects an account, which is made in Twilio if it is not there. A wrong token is kept without a look at it. */
  connect(accountSid: string, orgId: string, authToken?: string): Promise<TwilioClient>;
  /** A number that the organization holds and its agent answers from now on; in Twilio, a trunk takes its calls. */
  addNumber(accountSid: string, orgId: string, e164: string): Promise<void>;
  /** From now on another organization holds it. */
  moveNumber(e164: string, orgId: string): Promise<void>;
  /** Leaves nothing in the database. */
  close(): Promise<void>;
}

/** @param database without rows */
export async function openBooks(database: Database): Promise<Books> {
  const log = createLogger("silent");
  const { db } = database;
  const clock = testClock();
  clock.advance(Date.UTC(2026, 2, 10, 12) - clock.now().getTime());
  const emulator = await startEmulator({ now: () => clock.now().getTime() });
  const deps: RunDeps = {
    db,
    clock,
    log,
    metrics: createMetrics(),
    vault: VAULT,
    connectTwilio: (credentials) => testClient(emulator.url, { credentials, clock }),
  };
  return {
    emulator,
    db,
    clock,
    deps,
    connect: (accountSid, orgId, authToken) => connect(deps, emulator, accountSid, orgId, authToken),
    addNumber: (accountSid, orgId, e164) => addNumber(deps, emulator, accountSid, orgId, e164),
    moveNumber: (e164, orgId) => moveNumber(deps, e164, orgId),
    close: async () => {
      await emulator.close();
      await emptyTables(database);
    },
  };
}

/** Books of an organization that has connected `ACCOUNT`, and whose agent has just begun to answer its number `OURS`. */
export interface HeldBooks extends Books {
  readonly client: TwilioClient;
}

/** @param database without rows */
export async function openHeldBooks(database: Database): Promise<HeldBooks> {
  const books = await openBooks(database);
  const client = await books.connect(ACCOUNT, "org_1");
  await books.addNumber(ACCOUNT, "org_1", OURS);
  // Times of Twilio's are whole seconds; so the number is ours a little before anything happens to it.
  books.clock.advance(1_000);
  return { ...books, client };
}

const tokenOf = (accountSid: string) => `token-of-${accountSid}`;

async function connect(
  deps: RunDeps,
  { control }: Emulator,
  accountSid: string,
  orgId: string,
  authToken = tokenOf(accountSid),
): Promise<TwilioClient> {
  const isThere = control
    .snapshot()
    .accounts.some((account) => "sid" in account && account.sid === accountSid);
  if (!isThere) control.createAccount({ sid: accountSid, authToken: tokenOf(accountSid) });
  const connection = {
    id: `acct_${orgId}_${accountSid}`,
    orgId,
    sid: accountSid,
    parentSid: undefined,
    friendlyName: "",
    status: "active",
    createdAt: deps.clock.now(),
  };
  const account = { ...connection, credentials: sealCredentials(deps.vault, connection, { authToken }) };
  await upsertAccount(deps.db, account);
  return clientFor(deps, account);
}

async function addNumber(
  { db, clock }: RunDeps,
  { control }: Emulator,
  accountSid: string,
  orgId: string,
  e164: string,
): Promise<void> {
  const { sid } = control.createNumber(accountSid, { phoneNumber: e164, trunk_sid: `TK${"1".repeat(32)}` });
  await sql`insert into agent (org_id, id, name, voice, messaging, created_at, updated_at)
    values (${orgId}, ${`agent_of_${orgId}`}, 'An agent', '{}', '{}', ${clock.now()}, ${clock.now()})
    on conflict do nothing`.execute(db);
  await sql`insert into phone_number (uid, org_id, id, operator_org_id, account_id, account_sid, sid, e164,
      friendly_name, capabilities, status, agent_id, health, created_at, updated_at)
    select gen_random_uuid(), ${orgId}, ${`phone_${e164}`}, a.org_id, a.id, a.sid, ${sid}, ${e164}, '', '{}', 'active',
      ${`agent_of_${orgId}`}, 'ok', ${clock.now()}, ${clock.now()}
    from twilio_account a where a.sid = ${accountSid} order by a.id limit 1`.execute(db);
}

async function moveNumber({ db, clock }: RunDeps, e164: string, orgId: string): Promise<void> {
  await sql`insert into agent (org_id, id, name, voice, messaging, created_at, updated_at)
    values (${orgId}, ${`agent_of_${orgId}`}, 'An agent', '{}', '{}', ${clock.now()}, ${clock.now()})
    on conflict do nothing`.execute(db);
  await sql`update phone_number set org_id = ${orgId}, agent_id = ${`agent_of_${orgId}`}, updated_at = ${clock.now()}
    where e164 = ${e164}`.execute(db);
}

/**
 * The ledger, a line for each call or message: whose, how much, and what Twilio charges. Calls stand before messages, for
 * the two lists are read side by side and either may be written first.
 */
export async function ledger(db: Db) {
  const { rows } = await sql`
    select sid, min(org_id) as org, min(kind) as kind, min(direction) as direction, sum(count)::int as count,
      sum(seconds)::int as seconds, sum(segments)::int as segments, trim_scale(sum(price))::text as price
    from usage_entry group by sid order by left(sid, 2), min(id)`.execute(db);
  return rows;
}

export async function countEntries(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from usage_entry`.execute(db);
  return rows[0]?.count ?? 0;
}

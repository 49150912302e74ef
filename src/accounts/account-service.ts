// Connects Twilio accounts. Credentials are checked against Twilio before they are kept, and never leave again.
import { isDeepStrictEqual } from "node:util";
import { appendAudit } from "../audit/audit-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import { resealAll } from "../base/resealing.ts";
import { readableJson } from "../base/sealed-json.ts";
import type { Vault } from "../base/vault.ts";
import type { Db } from "../db/connect.ts";
import type { TwilioClient } from "../twilio/client.ts";
import type { EmulatedAccount } from "../twilio/emulated-account.ts";
import { problemFromTwilio } from "../twilio/twilio-error.ts";
import { type Account, type StoredCredentials, storedCredentialsSchema, tokenSince } from "./account.ts";
import {
  countNumbersInUse,
  deleteAccount,
  findAccount,
  findAccountBySid,
  findConnectedSids,
  listAccounts,
  listConnections,
  listConnectionsBySid,
  lockAccount,
  lockNumbersOf,
  replaceCredentials,
  type SealedAccount,
  upsertAccount,
  withoutCredentials,
} from "./account-store.ts";
import { type CredentialsDeps, connectionName, openCredentials, sealCredentials } from "./twilio-clients.ts";

export interface AccountDeps extends CredentialsDeps {
  readonly clock: Clock;
}

export interface EmulatorDeps {
  /** Makes a new one; undefined where nothing stands in for Twilio. */
  readonly emulatedAccount?: (() => Promise<EmulatedAccount>) | undefined;
}

export interface ConnectAccount {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKey?: { readonly sid: string; readonly secret: string } | undefined;
}

/**
 * Connects an account, or gives a connected one new credentials, which take the place of all that it had: without an API
 * key its token is used. Only the token it had before is good for signatures for another day.
 *
 * @throws AppError `forbidden`, `twilio_credentials_rejected` and the other `twilio_…` codes
 */
export async function connectAccount(
  deps: AccountDeps,
  actor: Actor,
  input: ConnectAccount,
): Promise<Account> {
  requireRole(actor, "admin");
  const { authToken, apiKey } = input;
  return keepAccount(deps, actor, await checkCredentials(deps, input), { authToken, apiKey });
}

/**
 * Connects a new account of the emulator, for whoever wants to see what it is like before they use one of Twilio's.
 *
 * @throws AppError `not_found` where no emulator stands in for Twilio
 */
export async function connectEmulatedAccount(
  deps: AccountDeps & EmulatorDeps,
  actor: Actor,
): Promise<Account> {
  requireRole(actor, "admin");
  if (!deps.emulatedAccount)
    throw new AppError("not_found", { detail: "This deployment uses Twilio itself." });
  return connectAccount(deps, actor, await deps.emulatedAccount());
}

interface TwilioAccountFacts {
  /** As Twilio writes it, which is how a webhook names the account. */
  readonly sid: string;
  readonly friendlyName: string;
  readonly status: string;
  readonly parentSid: string | undefined;
}

/** The auth token reads the account; the API key, which may not do that, reads its numbers. */
async function checkCredentials(deps: AccountDeps, input: ConnectAccount): Promise<TwilioAccountFacts> {
  try {
    const { accountSid, authToken } = input;
    const byToken = deps.connectTwilio({ accountSid, authToken });
    const account = await byToken.sdk.api.v2010.accounts(accountSid).fetch();
    if (input.apiKey) await deps.connectTwilio(input).sdk.incomingPhoneNumbers.list({ limit: 1 });
    const { sid, friendlyName, status, ownerAccountSid } = account;
    return { sid, friendlyName, status, parentSid: ownerAccountSid === sid ? undefined : ownerAccountSid };
  } catch (error) {
    throw problemFromTwilio(error);
  }
}

async function keepAccount(
  deps: AccountDeps,
  actor: Actor,
  facts: TwilioAccountFacts,
  input: Pick<StoredCredentials, "authToken" | "apiKey">,
): Promise<Account> {
  return deps.db.transaction().execute(async (tx) => {
    const existing = await findAccountBySid(tx, actor.orgId, facts.sid);
    const known = existing && readableCredentials(deps.vault, existing);
    const isOutdone = existing && known && (await hasNewerToken(deps, tx, existing, known));
    const credentials = renewedCredentials(known, input, deps.clock.now(), isOutdone);
    if (existing && isDeepStrictEqual([auditView(existing), known], [auditView(facts), credentials]))
      return withoutCredentials(existing);
    const connection = { ...facts, orgId: actor.orgId };
    const account = { ...connection, id: newId("acct"), createdAt: deps.clock.now() };
    const id = await upsertAccount(tx, {
      ...account,
      credentials: sealCredentials(deps.vault, connection, credentials),
    });
    await appendAudit(tx, deps.clock, actor, {
      action: existing ? "twilio_account.reconnect" : "twilio_account.connect",
      target: { type: "twilio_account", id },
      before: existing ? auditView(existing) : null,
      after: auditView(facts),
      outcome: "committed",
    });
    return { ...account, id, createdAt: existing?.createdAt ?? account.createdAt };
  });
}

/** What a connection had, or nothing when it was encrypted with a secret that is gone: connecting anew is the way out. */
function readableCredentials(vault: Vault, account: SealedAccount): StoredCredentials | undefined {
  return readableJson(vault, storedCredentialsSchema, connectionName(account), account.credentials);
}

/** Whether another connection of the account has a token that Twilio was seen to take later. */
async function hasNewerToken(
  { vault }: Pick<AccountDeps, "vault">,
  tx: Db,
  { sid, createdAt }: SealedAccount,
  known: StoredCredentials,
): Promise<boolean> {
  const since = tokenSince(known, createdAt);
  const connections = await listConnectionsBySid(tx, [sid]);
  return connections.some((other) => {
    const theirs = readableCredentials(vault, other);
    return theirs && theirs.authToken !== known.authToken && tokenSince(theirs, other.createdAt) > since;
  });
}

/** @param isOutdone whether a token that was seen later would otherwise count for the current one */
function renewedCredentials(
  known: StoredCredentials | undefined,
  { authToken, apiKey }: Pick<StoredCredentials, "authToken" | "apiKey">,
  now: Date,
  isOutdone = false,
): StoredCredentials {
  const isRotated = known !== undefined && known.authToken !== authToken;
  const previous = isRotated
    ? { authToken: known.authToken, replacedAt: now.toISOString() }
    : known?.previous;
  const isNew = isOutdone || known?.authToken !== authToken;
  const confirmedAt = isNew ? now.toISOString() : known?.confirmedAt;
  return {
    authToken,
    ...(confirmedAt === undefined ? {} : { confirmedAt }),
    ...(apiKey ? { apiKey } : {}),
    ...(previous ? { previous } : {}),
  };
}

function auditView({ sid, friendlyName, status }: Pick<Account, "sid" | "friendlyName" | "status">) {
  return { sid, friendlyName, status };
}

/** The connected accounts of the actor's organization. Whoever holds an allocated number does not see its operator's. */
export async function listOwnAccounts(
  { db }: Pick<AccountDeps, "db">,
  actor: Actor,
): Promise<readonly Account[]> {
  return listAccounts(db, actor.orgId);
}

export interface Subaccount {
  readonly sid: string;
  readonly friendlyName: string;
  readonly status: string;
  readonly connected: boolean;
}

const MAX_SUBACCOUNTS = 10_000;

/** The subaccounts of a connected account, as Twilio lists them now. @throws AppError `account_not_found`, `twilio_…` */
export async function listSubaccounts(
  deps: AccountDeps,
  actor: Actor,
  accountId: string,
): Promise<readonly Subaccount[]> {
  requireRole(actor, "admin");
  const client = await parentClient(deps, actor, accountId);
  const accounts = await client.sdk.api.v2010.accounts
    .list({ pageSize: 1_000, limit: MAX_SUBACCOUNTS })
    .catch((error: unknown) => Promise.reject(problemFromTwilio(error)));
  const subaccounts = accounts.filter(({ sid }) => sid !== client.accountSid);
  const sids = subaccounts.map(({ sid }) => sid);
  const connected = await findConnectedSids(deps.db, actor.orgId, sids);
  return subaccounts.map(({ sid, friendlyName, status }) => ({
    sid,
    friendlyName,
    status,
    connected: connected.has(sid),
  }));
}

/** By the auth token: an API key may not read accounts. @throws AppError `account_not_found`, `credentials_unreadable` */
async function parentClient(deps: AccountDeps, actor: Actor, accountId: string): Promise<TwilioClient> {
  const account = await findAccount(deps.db, actor.orgId, accountId);
  if (!account) throw new AppError("account_not_found");
  const { authToken } = openCredentials(deps.vault, account);
  return deps.connectTwilio({ accountSid: account.sid, authToken });
}

/** Connects a subaccount with its own token, which its parent's credentials can read: a subaccount signs with its own. */
export async function connectSubaccount(
  deps: AccountDeps,
  actor: Actor,
  input: { accountId: string; subaccountSid: string },
): Promise<Account> {
  requireRole(actor, "admin");
  const parent = await parentClient(deps, actor, input.accountId);
  const { authToken } = await parent.sdk.api.v2010
    .accounts(input.subaccountSid)
    .fetch()
    .catch((error: unknown) => Promise.reject(problemFromTwilio(error)));
  return connectAccount(deps, actor, { accountSid: input.subaccountSid, authToken });
}

/**
 * Forgets an account and its numbers. Nothing changes in Twilio.
 *
 * @throws AppError `account_not_found`, `account_in_use` while one of its numbers is assigned, allocated or changing
 */
export async function disconnectAccount(deps: AccountDeps, actor: Actor, id: string): Promise<void> {
  requireRole(actor, "admin");
  const account = await findAccount(deps.db, actor.orgId, id);
  if (!account) throw new AppError("account_not_found");
  await deps.db.transaction().execute(async (tx) => {
    // The account first, as an import does.
    await lockAccount(tx, id);
    await lockNumbersOf(tx, id);
    if ((await countNumbersInUse(tx, id)) > 0) {
      throw new AppError("account_in_use", {
        detail: "Unassign its numbers and take back the allocated ones first; nothing was changed.",
      });
    }
    await deleteAccount(tx, actor.orgId, id);
    await appendAudit(tx, deps.clock, actor, {
      action: "twilio_account.disconnect",
      target: { type: "twilio_account", id },
      before: auditView(account),
      after: null,
      outcome: "committed",
    });
  });
}

/** @returns how many were sealed again */
export function resealCredentials({ db, vault }: Pick<AccountDeps, "db" | "vault">): Promise<number> {
  return resealAll<SealedAccount>(vault, {
    listAfter: (last, limit) => listConnections(db, last?.id ?? "", limit),
    sealedIn: ({ credentials }) => credentials,
    ownerOf: connectionName,
    replace: (account, sealed) => replaceCredentials(db, account, sealed),
  });
}

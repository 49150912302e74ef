// Connects Twilio accounts. Credentials are checked against Twilio before they are kept, and never leave again.
import { appendAudit } from "../audit/audit-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import { problemFromTwilio } from "../twilio/twilio-error.ts";
import type { Account, StoredCredentials } from "./account.ts";
import {
  countNumbersInUse,
  deleteAccount,
  findAccount,
  findAccountBySid,
  listAccounts,
  type SealedAccount,
  upsertAccount,
} from "./account-store.ts";
import {
  type CredentialsDeps,
  clientForAccount,
  openCredentials,
  sealCredentials,
} from "./twilio-clients.ts";

export interface AccountDeps extends CredentialsDeps {
  readonly clock: Clock;
}

export interface ConnectAccount {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKey?: { readonly sid: string; readonly secret: string } | undefined;
}

/**
 * Connects an account, or gives a connected one new credentials; the token it had before stays good for signatures.
 *
 * @throws AppError `forbidden`, `twilio_credentials_rejected` and the other `twilio_…` codes
 */
export async function connectAccount(
  deps: AccountDeps,
  actor: Actor,
  input: ConnectAccount,
): Promise<Account> {
  requireRole(actor, "admin");
  const { accountSid, authToken, apiKey } = input;
  const facts = await checkCredentials(deps, input);
  return keepAccount(deps, actor, { ...facts, sid: accountSid }, { authToken, apiKey });
}

interface TwilioAccountFacts {
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
    const parentSid = account.ownerAccountSid === accountSid ? undefined : account.ownerAccountSid;
    return { friendlyName: account.friendlyName, status: account.status, parentSid };
  } catch (error) {
    throw problemFromTwilio(error);
  }
}

async function keepAccount(
  deps: AccountDeps,
  actor: Actor,
  facts: TwilioAccountFacts & { sid: string },
  credentials: StoredCredentials,
): Promise<Account> {
  return deps.db.transaction().execute(async (tx) => {
    const existing = await findAccountBySid(tx, actor.orgId, facts.sid);
    const all = withPrevious(deps, existing, credentials);
    const createdAt = existing?.createdAt ?? deps.clock.now();
    const sealedFor = (id: string): SealedAccount => ({
      ...facts,
      id,
      orgId: actor.orgId,
      createdAt,
      credentials: sealCredentials(deps.vault, id, all),
    });
    const account = sealedFor(existing?.id ?? newId("acct"));
    const id = await upsertAccount(tx, account);
    // Another node has connected it meanwhile, under an id of its own, and credentials open under one id only.
    const kept = id === account.id ? account : sealedFor(id);
    if (kept !== account) await upsertAccount(tx, kept);
    await appendAudit(tx, deps.clock, actor, {
      action: existing ? "twilio_account.reconnect" : "twilio_account.connect",
      target: { type: "twilio_account", id },
      before: existing ? auditView(existing) : null,
      after: auditView(kept),
      outcome: "committed",
    });
    return kept;
  });
}

function withPrevious(
  deps: AccountDeps,
  existing: SealedAccount | undefined,
  credentials: StoredCredentials,
): StoredCredentials {
  const { authToken, previousAuthToken } = readableCredentials(deps, existing) ?? credentials;
  const previous = authToken === credentials.authToken ? previousAuthToken : authToken;
  return { ...credentials, previousAuthToken: previous };
}

/** New credentials are the way out when the secret of the old ones is lost, so that must not stand in their way. */
function readableCredentials(
  deps: AccountDeps,
  existing: SealedAccount | undefined,
): StoredCredentials | undefined {
  try {
    return existing && openCredentials(deps.vault, existing);
  } catch (error) {
    if (error instanceof AppError && error.code === "credentials_unreadable") return undefined;
    throw error;
  }
}

function auditView({ sid, friendlyName, status }: Account) {
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
  const client = await clientForAccount(deps, actor.orgId, accountId);
  const accounts = await client.sdk.api.v2010.accounts
    .list({ pageSize: 1_000, limit: MAX_SUBACCOUNTS })
    .catch((error: unknown) => Promise.reject(problemFromTwilio(error)));
  return Promise.all(
    accounts
      .filter(({ sid }) => sid !== client.accountSid)
      .map(async ({ sid, friendlyName, status }) => ({
        sid,
        friendlyName,
        status,
        connected: (await findAccountBySid(deps.db, actor.orgId, sid)) !== undefined,
      })),
  );
}

/** Connects a subaccount with its own token, which its parent's credentials can read: a subaccount signs with its own. */
export async function connectSubaccount(
  deps: AccountDeps,
  actor: Actor,
  input: { accountId: string; subaccountSid: string },
): Promise<Account> {
  requireRole(actor, "admin");
  const parent = await clientForAccount(deps, actor.orgId, input.accountId);
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

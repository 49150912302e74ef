import { AppError } from "../base/errors.ts";
import type { Db } from "../db/connect.ts";
import type { TwilioClient, TwilioCredentials } from "../twilio/client.ts";
import type { StoredCredentials } from "./account.ts";
import { findAccount, listConnectionsBySid, type SealedAccount } from "./account-store.ts";
import type { Vault } from "./vault.ts";

/** Makes a client for credentials; the composition root knows with which HTTP client. */
export type ConnectTwilio = (credentials: TwilioCredentials) => TwilioClient;

export interface CredentialsDeps {
  readonly db: Db;
  readonly vault: Vault;
  readonly connectTwilio: ConnectTwilio;
}

/** The client of a connected account. @throws AppError `account_not_found`, `credentials_unreadable` */
export async function clientForAccount(
  deps: CredentialsDeps,
  orgId: string,
  accountId: string,
): Promise<TwilioClient> {
  const account = await findAccount(deps.db, orgId, accountId);
  if (!account) throw new AppError("account_not_found");
  return clientFor(deps, account);
}

export function clientFor(deps: Omit<CredentialsDeps, "db">, account: SealedAccount): TwilioClient {
  const { authToken, apiKey } = openCredentials(deps.vault, account);
  return deps.connectTwilio({ accountSid: account.sid, authToken, apiKey });
}

export function sealCredentials(vault: Vault, accountId: string, credentials: StoredCredentials): string {
  return vault.seal(JSON.stringify(credentials), accountId);
}

/** @throws AppError `credentials_unreadable` */
export function openCredentials(vault: Vault, account: SealedAccount): StoredCredentials {
  // Only ever written by sealCredentials, and authenticated by the cipher.
  return JSON.parse(vault.open(account.credentials, account.id)) as StoredCredentials;
}

/**
 * The auth tokens that may have signed a webhook of this account: the current and the previous one of every connection.
 * Empty for an account that nobody here has connected.
 */
export async function signingTokens(
  deps: Omit<CredentialsDeps, "connectTwilio">,
  accountSid: string,
): Promise<readonly string[]> {
  const connections = await listConnectionsBySid(deps.db, accountSid);
  const tokens = connections.flatMap((account) => {
    const { authToken, previousAuthToken } = openCredentials(deps.vault, account);
    return previousAuthToken === undefined ? [authToken] : [authToken, previousAuthToken];
  });
  return [...new Set(tokens)];
}

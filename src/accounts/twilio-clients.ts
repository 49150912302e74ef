import { openJson, sealJson } from "../base/sealed-json.ts";
import type { Vault } from "../base/vault.ts";
import type { Db } from "../db/connect.ts";
import type { TwilioClient, TwilioCredentials } from "../twilio/client.ts";
import type { ClientUse } from "../twilio/http-client.ts";
import { type StoredCredentials, storedCredentialsSchema } from "./account.ts";
import type { SealedAccount } from "./account-store.ts";

/** Makes a client for credentials; the composition root knows with which HTTP client. */
export type ConnectTwilio = (credentials: TwilioCredentials, use?: ClientUse) => TwilioClient;

export interface CredentialsDeps {
  readonly db: Db;
  readonly vault: Vault;
  readonly connectTwilio: ConnectTwilio;
}

/**
 * The same dependencies for work that nobody waits for: whatever it asks of Twilio lets the requests of those who wait
 * go first.
 *
 * @param signal once it aborts, nothing more is sent; what was sent is waited for
 */
export function inBatch<D extends Pick<CredentialsDeps, "connectTwilio">>(deps: D, signal?: AbortSignal): D {
  const use = { priority: "batch", signal } as const;
  return { ...deps, connectTwilio: (credentials) => deps.connectTwilio(credentials, use) };
}

export function clientFor(deps: Omit<CredentialsDeps, "db">, account: SealedAccount): TwilioClient {
  const { authToken, apiKey } = openCredentials(deps.vault, account);
  return deps.connectTwilio({ accountSid: account.sid, authToken, apiKey });
}

/** Sealed for one organization's connection of one account; nothing else opens it. */
export function sealCredentials(
  vault: Vault,
  connection: Connection,
  credentials: StoredCredentials,
): string {
  return sealJson(vault, connectionName(connection), credentials);
}

/** @throws AppError `credentials_unreadable` */
export function openCredentials(vault: Vault, account: SealedAccount): StoredCredentials {
  return openJson(vault, storedCredentialsSchema, connectionName(account), account.credentials);
}

type Connection = Pick<SealedAccount, "orgId" | "sid">;

/**
 * What an account's credentials are sealed for. Not the row's id: two nodes that connect the same account at once make up
 * two ids, and one row.
 */
export function connectionName({ orgId, sid }: Connection): string {
  return `twilio_account:${orgId}:${sid}`;
}

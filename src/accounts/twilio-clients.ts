import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Vault } from "../base/vault.ts";
import type { Db } from "../db/connect.ts";
import type { TwilioClient, TwilioCredentials } from "../twilio/client.ts";
import type { StoredCredentials } from "./account.ts";
import { listConnectionsBySid, type SealedAccount } from "./account-store.ts";

/** Makes a client for credentials; the composition root knows with which HTTP client. */
export type ConnectTwilio = (credentials: TwilioCredentials) => TwilioClient;

export interface CredentialsDeps {
  readonly db: Db;
  readonly vault: Vault;
  readonly connectTwilio: ConnectTwilio;
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
  return vault.seal(JSON.stringify(credentials), connectionName(connection));
}

/** @throws AppError `credentials_unreadable` */
export function openCredentials(vault: Vault, account: SealedAccount): StoredCredentials {
  // Only ever written by sealCredentials, and authenticated by the cipher.
  return JSON.parse(vault.open(account.credentials, connectionName(account))) as StoredCredentials;
}

type Connection = Pick<SealedAccount, "orgId" | "sid">;

// Not the row's id: two nodes that connect the same account at once make up two ids, and one row.
function connectionName({ orgId, sid }: Connection): string {
  return `twilio_account:${orgId}:${sid}`;
}

/** Twilio promotes a secondary token at once; a day covers every webhook that was under way, and every late node. */
const PREVIOUS_TOKEN_MS = 24 * 3_600_000;

export interface SigningDeps {
  readonly db: Db;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The auth tokens that may have signed a webhook of this account: the current one of every connection, and for a day the
 * one before. Empty for an account that nobody here has connected.
 */
export async function signingTokens(deps: SigningDeps, accountSid: string): Promise<readonly string[]> {
  const connections = await listConnectionsBySid(deps.db, accountSid);
  return [...new Set(connections.flatMap((account) => tokensOf(deps, account)))];
}

function tokensOf({ vault, clock, log }: SigningDeps, account: SealedAccount): readonly string[] {
  try {
    const { authToken, previous } = openCredentials(vault, account);
    const isRecent = previous && Date.parse(previous.replacedAt) > clock.now().getTime() - PREVIOUS_TOKEN_MS;
    return isRecent ? [authToken, previous.authToken] : [authToken];
  } catch (error) {
    // Another connection of the same account may be readable, and must not suffer from this one.
    log.error({ accountId: account.id, err: error }, "twilio_account.credentials_unreadable");
    return [];
  }
}

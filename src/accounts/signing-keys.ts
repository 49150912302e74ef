// The credentials of every connected account, opened and in memory: what checks a webhook's signature must not depend
// on the database.
import { chunksOf } from "../base/chunks.ts";
import type { Clock } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import type { Logger } from "../base/log.ts";
import type { Vault } from "../base/vault.ts";
import type { Change } from "../db/change.ts";
import type { Db } from "../db/connect.ts";
import type { MemoryCopy } from "../db/memory-copy.ts";
import { type StoredCredentials, tokenSince } from "./account.ts";
import { listConnections, listConnectionsBySid, type SealedAccount } from "./account-store.ts";
import { openCredentials } from "./twilio-clients.ts";

/** Twilio promotes a secondary token at once; a day covers every webhook that was under way, and every late node. */
const PREVIOUS_TOKEN_MS = DAY_MS;
const PAGE_SIZE = 500;

export interface SigningKeysDeps {
  readonly db: Db;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One organization's connection of an account. */
interface Connection {
  readonly orgId: string;
  readonly credentials: StoredCredentials;
  readonly tokenSince: number;
}

type ConnectionsBySid = Map<string, Connection[]>;

export class SigningKeys implements MemoryCopy {
  readonly name = "signing keys";
  readonly #deps: SigningKeysDeps;
  #connections: ConnectionsBySid = new Map();

  constructor(deps: SigningKeysDeps) {
    this.#deps = deps;
  }

  /**
   * The auth tokens that may have signed a webhook of this account: the last one that Twilio was seen to take, and for a
   * day those before it, of whatever connection. Who has rotated a token wants whoever else has it to be locked out, and
   * that may be another organization with a connection of its own. Empty for an account that nobody here has connected.
   */
  tokensOf(accountSid: string): readonly string[] {
    const connections = this.#connections.get(accountSid) ?? [];
    const oldest = this.#deps.clock.now().getTime() - PREVIOUS_TOKEN_MS;
    const tokens = inForce(connections, oldest).flatMap(({ credentials }) =>
      tokensSince(credentials, oldest),
    );
    return tokens.length > 1 ? [...new Set(tokens)] : tokens;
  }

  /** What an organization has connected an account with. */
  credentialsOf(orgId: string, accountSid: string): StoredCredentials | undefined {
    return this.#connections.get(accountSid)?.find((connection) => connection.orgId === orgId)?.credentials;
  }

  concerns(change: Change): boolean {
    return change.table === "twilio_account";
  }

  async reload(): Promise<void> {
    const connections: ConnectionsBySid = new Map();
    for (let page = await this.#page(""); page.length > 0; page = await this.#page(page.at(-1)?.id ?? "")) {
      for (const account of page) this.#add(connections, account);
    }
    this.#connections = connections;
  }

  async refresh(changes: readonly Change[]): Promise<void> {
    const sids = changes.flatMap((change) => (change.table === "twilio_account" ? change.sid : []));
    for (const chunk of chunksOf([...new Set(sids)], PAGE_SIZE)) {
      const accounts = await listConnectionsBySid(this.#deps.db, chunk);
      for (const sid of chunk) this.#connections.delete(sid);
      for (const account of accounts) this.#add(this.#connections, account);
    }
  }

  #page(afterId: string): Promise<readonly SealedAccount[]> {
    return listConnections(this.#deps.db, afterId, PAGE_SIZE);
  }

  #add(connections: ConnectionsBySid, account: SealedAccount): void {
    const credentials = this.#open(account);
    if (!credentials) return;
    const others = connections.get(account.sid) ?? [];
    connections.set(account.sid, [
      ...others,
      { orgId: account.orgId, credentials, tokenSince: tokenSince(credentials, account.createdAt) },
    ]);
  }

  #open(account: SealedAccount): StoredCredentials | undefined {
    try {
      return openCredentials(this.#deps.vault, account);
    } catch (error) {
      // Another connection of the same account may be readable, and must not suffer from this one.
      this.#deps.log.error({ accountId: account.id, err: error }, "twilio_account.credentials_unreadable");
      return undefined;
    }
  }
}

/** Without those whose token was outdone by another connection's, and that not lately. */
function inForce(connections: readonly Connection[], oldest: number): readonly Connection[] {
  // Every webhook asks, and nearly every account has one connection.
  if (connections.length < 2) return connections;
  const latest = Math.max(...connections.map((connection) => connection.tokenSince));
  if (latest > oldest) return connections;
  const newest = connections.filter((connection) => connection.tokenSince === latest);
  const tokens = newest.map(({ credentials }) => credentials.authToken);
  return connections.filter(({ credentials }) => tokens.includes(credentials.authToken));
}

function tokensSince({ authToken, previous }: StoredCredentials, oldest: number): readonly string[] {
  const isRecent = previous && Date.parse(previous.replacedAt) > oldest;
  return isRecent ? [authToken, previous.authToken] : [authToken];
}

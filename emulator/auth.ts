import type { AccountResource } from "./resources.ts";
import type { ApiKeyRecord, State } from "./state.ts";
import { notFound, TwilioError, unauthorized } from "./twilio-error.ts";

export interface Caller {
  readonly account: AccountResource;
  readonly apiKey: ApiKeyRecord | null;
}

/** Who asks, by HTTP Basic: an account's SID with its token, or an API key with its secret. Throws 401. */
export function authenticate(state: State, authorization: string | null): Caller {
  const [username, password] = basicCredentials(authorization);
  const caller = username.startsWith("SK")
    ? callerByKey(state, username, password)
    : callerByToken(state, username, password);
  if (caller?.account.status !== "active") throw unauthorized();
  return caller;
}

/** The account that a request claims to come from, without any proof of it. */
export function claimedAccount(state: State, authorization: string | null): AccountResource | null {
  const [username] = basicCredentials(authorization);
  return state.accounts.get(state.apiKeys.get(username)?.accountSid ?? username) ?? null;
}

function basicCredentials(authorization: string | null): readonly [username: string, password: string] {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return ["", ""];
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon < 0 ? [decoded, ""] : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}

function callerByKey(state: State, sid: string, secret: string): Caller | null {
  const apiKey = state.apiKeys.get(sid);
  const account = apiKey?.secret === secret ? state.accounts.get(apiKey.accountSid) : undefined;
  return apiKey && account ? { account, apiKey } : null;
}

function callerByToken(state: State, sid: string, token: string): Caller | null {
  const account = state.accounts.get(sid);
  if (!account || token === "") return null;
  const isKnown = token === account.auth_token || token === state.secondaryTokens.get(sid);
  return isKnown ? { account, apiKey: null } : null;
}

/** Refuses what a restricted API key may not touch. */
export function authorize(apiKey: ApiKeyRecord | null, path: string): void {
  const denial = apiKey?.deny.find(({ pathPrefix }) => path.startsWith(pathPrefix));
  if (!denial) return;
  if (denial.status === 404) throw notFound(path);
  throw new TwilioError(403, 20003, "The API key is not permitted to access this resource");
}

import { iso8601 } from "../formats.ts";
import { randomHex } from "../instance.ts";
import { created, missing, noContent, ok, type RestContext, type Route } from "./context.ts";

const SECONDARY = "/v1/AuthTokens/Secondary";

/** Token rotation: a secondary token works beside the primary one, but never signs until it is promoted. */
export const authTokenRoutes: readonly Route[] = [
  { method: "POST", pattern: SECONDARY, handler: createSecondary },
  { method: "DELETE", pattern: SECONDARY, handler: deleteSecondary },
  { method: "POST", pattern: "/v1/AuthTokens/Promote", handler: promote },
];

function createSecondary(context: RestContext) {
  const { instance, account } = context;
  const token = randomHex(instance, 32);
  instance.state.secondaryTokens.set(account.sid, token);
  return created({ secondary_auth_token: token, ...common(context, SECONDARY) });
}

function deleteSecondary(context: RestContext) {
  if (!context.instance.state.secondaryTokens.delete(context.account.sid)) throw missing(context);
  return noContent();
}

function promote(context: RestContext) {
  const { instance, account } = context;
  const token = instance.state.secondaryTokens.get(account.sid);
  if (token === undefined) throw missing(context);
  account.auth_token = token;
  instance.state.secondaryTokens.delete(account.sid);
  return ok({ auth_token: token, ...common(context, "/v1/AuthTokens/Promote") });
}

function common({ instance, account }: RestContext, path: string) {
  const date = iso8601(instance.options.now());
  return { account_sid: account.sid, date_created: date, date_updated: date, url: instance.origin + path };
}

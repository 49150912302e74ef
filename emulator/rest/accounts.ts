import { addAccount } from "../accounts.ts";
import { oneOf, readPatch, text } from "../fields.ts";
import { rfc2822 } from "../formats.ts";
import type { AccountResource } from "../resources.ts";
import type { State } from "../state.ts";
import { unauthorized } from "../twilio-error.ts";
import { created, missing, ok, pathParam, type RestContext, type Route } from "./context.ts";
import { legacyEnvelope, readPage } from "./paging.ts";

const BASE = "/2010-04-01/Accounts";

export const accountRoutes: readonly Route[] = [
  { method: "GET", pattern: BASE, handler: listAccounts },
  { method: "POST", pattern: BASE, handler: createSubaccount },
  { method: "GET", pattern: `${BASE}/:sid`, handler: fetchAccount },
  { method: "POST", pattern: `${BASE}/:sid`, handler: updateAccount },
];

const SUBRESOURCES: Readonly<Record<string, string>> = {
  applications: "Applications",
  calls: "Calls",
  incoming_phone_numbers: "IncomingPhoneNumbers",
  messages: "Messages",
};

const PARAMS = {
  FriendlyName: text("friendly_name", 64),
  Status: oneOf("status", ["active", "suspended", "closed"], "active"),
};

/** The account itself or one of its subaccounts; credentials reach no other. */
export function accountInReach(state: State, caller: AccountResource, sid: string): AccountResource | null {
  const account = state.accounts.get(sid);
  if (!account) return null;
  return account.sid === caller.sid || account.owner_account_sid === caller.sid ? account : null;
}

function present(account: AccountResource) {
  const base = `${BASE}/${account.sid}`;
  const links = Object.entries(SUBRESOURCES).map(([key, name]) => [key, `${base}/${name}.json`]);
  return { ...account, subresource_uris: Object.fromEntries(links), uri: `${base}.json` };
}

// Standard API keys work for everything but accounts and keys themselves.
function refuseStandardKey(context: RestContext): void {
  if (context.apiKey?.kind === "standard") throw unauthorized();
}

function listAccounts(context: RestContext) {
  refuseStandardKey(context);
  const { state } = context.instance;
  const friendlyName = context.request.query.get("FriendlyName");
  const status = context.request.query.get("Status");
  const page = readPage(
    context,
    state.accounts,
    (account) =>
      accountInReach(state, context.caller, account.sid) !== null &&
      (friendlyName === null || account.friendly_name === friendlyName) &&
      (status === null || account.status === status),
  );
  return ok(legacyEnvelope(context, "accounts", page, present));
}

function createSubaccount(context: RestContext) {
  refuseStandardKey(context);
  const friendlyName = context.request.form.get("FriendlyName") ?? undefined;
  return created(present(addAccount(context.instance, { parentSid: context.caller.sid, friendlyName })));
}

function accountIn(context: RestContext): AccountResource {
  refuseStandardKey(context);
  const account = accountInReach(context.instance.state, context.caller, pathParam(context, "sid"));
  if (!account) throw missing(context);
  return account;
}

function fetchAccount(context: RestContext) {
  return ok(present(accountIn(context)));
}

function updateAccount(context: RestContext) {
  const account = accountIn(context);
  Object.assign(account, readPatch(PARAMS, context.request.form, context.instance.options));
  account.date_updated = rfc2822(context.instance.options.now());
  return ok(present(account));
}

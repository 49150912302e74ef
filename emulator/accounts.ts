import { rfc2822 } from "./formats.ts";
import { type Instance, newSid, randomHex } from "./instance.ts";
import type { AccountResource } from "./resources.ts";

export interface AccountSeed {
  readonly sid?: string | undefined;
  readonly authToken?: string | undefined;
  /** The account that this one is a subaccount of. */
  readonly parentSid?: string | undefined;
  readonly friendlyName?: string | undefined;
}

export function addAccount(instance: Instance, seed: AccountSeed): AccountResource {
  const sid = seed.sid ?? newSid(instance, "AC");
  const date = rfc2822(instance.options.now());
  return instance.state.accounts.add({
    sid,
    auth_token: seed.authToken ?? randomHex(instance, 32),
    owner_account_sid: seed.parentSid ?? sid,
    friendly_name: seed.friendlyName ?? (seed.parentSid ? "SubAccount" : "Account"),
    status: "active",
    type: "Full",
    date_created: date,
    date_updated: date,
  });
}

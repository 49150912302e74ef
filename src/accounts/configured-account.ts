// The account that the settings of a deployment name.
import { systemActor } from "../auth/actor.ts";
import type { Logger } from "../base/log.ts";
import { type AccountDeps, type ConnectAccount, connectAccount } from "./account-service.ts";

/**
 * Connects the account, until it has succeeded once; what fails is logged and left for the next call. Twilio being down,
 * or a typing error, must not keep the numbers that are connected from being answered.
 */
export function configuredAccount(
  deps: AccountDeps & { readonly log: Pick<Logger, "error"> },
  orgId: string,
  account: ConnectAccount | undefined,
): () => Promise<void> {
  let isConnected = false;
  return async () => {
    if (!account || isConnected) return;
    try {
      await connectAccount(deps, systemActor(orgId, "environment"), account);
      isConnected = true;
    } catch (error) {
      deps.log.error({ err: error }, "twilio_account.connect_failed");
    }
  };
}

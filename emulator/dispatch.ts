import { authenticate, authorize, type Caller, claimedAccount } from "./auth.ts";
import type { Instance } from "./instance.ts";
import type { AccountResource } from "./resources.ts";
import { accountInReach } from "./rest/accounts.ts";
import type { Reply, RestRequest } from "./rest/context.ts";
import type { Router } from "./router.ts";
import { notFound, TwilioError, unauthorized } from "./twilio-error.ts";

/** Applies one REST request to the state and answers it, in one synchronous step. Never throws. */
export function dispatch(instance: Instance, router: Router, request: RestRequest): Reply {
  try {
    return route(instance, router, request);
  } catch (error) {
    if (error instanceof TwilioError) return { status: error.status, body: error.toJSON() };
    const message = error instanceof Error ? error.message : String(error);
    return { status: 500, body: new TwilioError(500, 20500, `Emulator defect: ${message}`).toJSON() };
  }
}

function route(instance: Instance, router: Router, request: RestRequest): Reply {
  const caller = identify(instance, request);
  authorize(caller.apiKey, request.path);
  const match = router(request.method, request.path);
  if (!match) throw notFound(request.path);
  const account = targetAccount(instance, caller.account, match.pathParams.accountSid);
  const { handler, pathParams } = match;
  return handler({ instance, request, account, caller: caller.account, apiKey: caller.apiKey, pathParams });
}

function identify(instance: Instance, request: RestRequest): Caller {
  const { state, options } = instance;
  if (options.requireAuth) return authenticate(state, request.authorization);
  const pathSid = /\/Accounts\/(AC\w+)/.exec(request.path)?.[1] ?? "";
  const account =
    state.accounts.get(pathSid) ?? claimedAccount(state, request.authorization) ?? state.accounts.all()[0];
  if (!account) throw unauthorized();
  return { account, apiKey: null };
}

// That a foreign account answers 401, not 404, is from memory.
function targetAccount(
  instance: Instance,
  caller: AccountResource,
  sid: string | undefined,
): AccountResource {
  if (sid === undefined) return caller;
  const account = accountInReach(instance.state, caller, sid);
  if (!account) throw unauthorized();
  return account;
}

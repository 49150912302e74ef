import { AppError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { TwilioClient } from "../twilio/client.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { listConnectionsBySid } from "./account-store.ts";
import { type CredentialsDeps, clientFor, inBatch } from "./twilio-clients.ts";

export interface ConnectionDeps extends CredentialsDeps {
  readonly log: Logger;
}

/**
 * Does something with an account through the first of its connections that can be read and that Twilio lets in: several
 * organizations may have connected the same one, and one that has changed its token must not stop the others. With each
 * connection it is begun anew, so it must be safe to repeat.
 *
 * @throws AppError `account_not_found`, `credentials_unreadable`; TwilioError
 */
export async function withAccount<T>(
  deps: ConnectionDeps,
  accountSid: string,
  use: (client: TwilioClient) => Promise<T>,
): Promise<T> {
  let refusal: unknown = new AppError("account_not_found");
  for (const connection of await listConnectionsBySid(deps.db, [accountSid])) {
    try {
      return await use(clientFor(inBatch(deps), connection));
    } catch (error) {
      if (!isOfConnection(error)) throw error;
      deps.log.warn(
        { accountId: connection.id, accountSid, err: error },
        "twilio_account.connection_refused",
      );
      refusal = error;
    }
  }
  throw refusal;
}

/** The account may well be reached in another organization's name. */
function isOfConnection(error: unknown): boolean {
  if (error instanceof TwilioError) return error.isDenied;
  return error instanceof AppError && error.code === "credentials_unreadable";
}

// Which numbers of ours are gone from their account, of those that a list of the account's numbers did not contain.
import pMap from "p-map";
import type { TwilioClient } from "../../twilio/client.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import type { PhoneNumber } from "../phone-number.ts";

const ASKED_AT_ONCE = 10;

/**
 * Each is asked for by itself before it counts as gone: a list that is paged is a window over what moves. One that is being
 * changed does not count, as whoever changes it will see.
 */
export async function findGone(
  client: TwilioClient,
  unlisted: readonly PhoneNumber[],
): Promise<readonly PhoneNumber[]> {
  const free = unlisted.filter(({ openOperationId }) => openOperationId === undefined);
  const areGone = await pMap(free, (number) => isGone(client, number), { concurrency: ASKED_AT_ONCE });
  return free.filter((_number, index) => areGone[index]);
}

async function isGone({ sdk }: TwilioClient, { sid }: PhoneNumber): Promise<boolean> {
  try {
    await sdk.incomingPhoneNumbers(sid).fetch();
    return false;
  } catch (error) {
    if (error instanceof TwilioError && error.isNotFound) return true;
    throw error;
  }
}

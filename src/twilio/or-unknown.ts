import type { Known } from "./observed.ts";
import { TwilioError } from "./twilio-error.ts";

/** What is read, or that it may not be: a restricted key gets 401, 403 or 404. @throws TwilioError for anything else */
export async function orUnknown<T>(what: string, read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    if (!(error instanceof TwilioError) || !(error.isDenied || error.isNotFound)) throw error;
    // A 404 names the resource by its SIDs, and not everybody who reads the reason may see those.
    const answer = error.isNotFound ? "HTTP 404" : `HTTP ${error.status}: ${error.message}`;
    return { known: false, reason: `These credentials may not read ${what} (${answer}).` };
  }
}

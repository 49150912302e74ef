// A process of a line: with the leases and windows that all of them have, on the line's database and in its Twilio.
import { API_KEY, PUBLIC_URL, SECRET } from "../support/world.ts";
import { SwitchhookProcess } from "./switchhook-process.ts";

export const LEASE_MS = 60_000;
/** How long a write without an answer may still land. */
export const WINDOW_MS = 600_000;

/** @param skewMs how far its clock is ahead, so that nobody waits for a lease */
export function startLineProcess(
  database: { readonly url: string },
  twilio: { readonly url: string },
  skewMs: number,
): Promise<SwitchhookProcess> {
  return SwitchhookProcess.start({
    apiKey: API_KEY,
    skewMs,
    options: {
      databaseUrl: database.url,
      secret: SECRET,
      publicUrl: PUBLIC_URL,
      twilioApiBaseUrl: twilio.url,
      logLevel: "silent",
      leaseMs: LEASE_MS,
      lateWriteWindowMs: WINDOW_MS,
    },
  });
}

import { z } from "zod";
import { AppError } from "../base/errors.ts";

const TIMEOUT_MS = 5_000;

const trialAccount = z.object({ accountSid: z.string(), authToken: z.string() });

export type EmulatedAccount = z.infer<typeof trialAccount>;

/**
 * A new account of the emulator that stands in for Twilio. Asked for once: to repeat it would make another, and whoever
 * asked can ask again.
 *
 * @throws AppError `not_found` where that is no emulator of ours, `twilio_unavailable` where it does not answer
 */
export async function createEmulatedAccount(twilioApiBaseUrl: string): Promise<EmulatedAccount> {
  const url = `${twilioApiBaseUrl}/_emulator/createTrialAccount`;
  const response = await fetch(url, { method: "POST", signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (cause) => {
      throw new AppError("twilio_unavailable", { detail: "The emulator does not answer.", cause });
    },
  );
  const parsed = trialAccount.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new AppError("not_found", { detail: "What stands in for Twilio here is not Switchhook's emulator." });
}

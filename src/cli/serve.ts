import { serve } from "../adapters/node.ts";
import type { ServerOptions } from "../options.ts";
import { createSwitchhook } from "../switchhook.ts";
import { whyTwilioRefuses } from "../twilio/public-url.ts";
import { untilInterrupted } from "./interrupt.ts";
import { notListening } from "./listen.ts";

/**
 * Serves for real, until the process is told to stop. Webhooks are answered at once, while what an earlier process left is
 * still being recovered.
 *
 * @throws when it cannot start; then nothing of it is left
 */
export async function serveCommand(options: ServerOptions): Promise<void> {
  // A start may take long, and whoever interrupts it wants the same orderly end.
  const interrupted = untilInterrupted();
  const switchhook = await createSwitchhook(options);
  try {
    const server = await serve(switchhook, options).catch((error: unknown) =>
      Promise.reject(notListening(options, error)),
    );
    try {
      const started = switchhook.start().then(() => announce(options, server.url));
      await Promise.race([started.then(() => interrupted), interrupted]);
    } finally {
      await server.close();
    }
  } finally {
    await switchhook.stop();
  }
}

function announce(options: ServerOptions, url: string): void {
  console.log(`Switchhook serves on ${url}`);
  console.log(`Twilio is given URLs under ${options.publicUrl}`);
  const reason = options.twilioApiBaseUrl === undefined ? whyTwilioRefuses(options.publicUrl) : undefined;
  if (reason !== undefined) console.warn(`Numbers cannot be assigned yet: ${reason}`);
  if (options.apiKey === undefined) console.log(`Sign up at ${url}/sign-up, or set SWITCHHOOK_API_KEY.`);
}

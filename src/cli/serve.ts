import { serve } from "../adapters/node.ts";
import type { ServerOptions } from "../options.ts";
import { createSwitchhook } from "../switchhook.ts";
import { whyTwilioRefuses } from "../twilio/public-url.ts";
import { untilInterrupted } from "./interrupt.ts";

/** Serves for real, until the process is told to stop. */
export async function serveCommand(options: ServerOptions): Promise<void> {
  const switchhook = await createSwitchhook(options);
  const server = await serve(switchhook, options);
  await switchhook.start();
  console.log(`Switchhook serves on ${server.url}`);
  console.log(`Twilio is given URLs under ${options.publicUrl}`);
  const reason = options.twilioApiBaseUrl === undefined ? whyTwilioRefuses(options.publicUrl) : undefined;
  if (reason !== undefined) console.warn(`Numbers cannot be assigned yet: ${reason}`);
  if (options.apiKey === undefined)
    console.log(`Sign up at ${server.url}/sign-up, or set SWITCHHOOK_API_KEY.`);
  await untilInterrupted();
  await server.close();
  await switchhook.stop();
}

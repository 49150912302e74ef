// Starts it: with the Twilio account of the environment, or else with an emulated one, so that it can be tried at once.
import { once } from "node:events";
import {
  createSwitchhook,
  optionsFromEnvironment,
  type Switchhook,
  type SwitchhookOptions,
} from "switchhook";
import { seedDemo, startEmulator } from "switchhook/emulator";
import { createApp } from "./app.ts";
import { actorOf, isCustomer } from "./customers.ts";

const port = Number(process.env.PORT ?? 3000);
const switchhook: Switchhook = await createSwitchhook({
  ...optionsFromEnvironment(process.env),
  ...(process.env.TWILIO_ACCOUNT_SID ? {} : await emulatedTwilio()),
  authenticate: async ({ headers }) => actorOf(switchhook, headers.get("authorization")),
  organizationExists: async (id) => isCustomer(id),
});
await switchhook.start();
const server = createApp(switchhook).listen(port, "127.0.0.1");
await once(server, "listening");
console.log(`http://localhost:${port}`);

await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
switchhook.endStreams();
server.close();
await once(server, "close");
await switchhook.stop();
process.exit();

async function emulatedTwilio(): Promise<SwitchhookOptions> {
  const emulator = await startEmulator({ allowLocalhostUrls: true });
  const { accountSid, authToken } = seedDemo(emulator.control);
  return {
    databaseUrl: "pglite:memory",
    publicUrl: `http://localhost:${port}`,
    twilioApiBaseUrl: emulator.url,
    twilioAccount: { accountSid, authToken },
  };
}

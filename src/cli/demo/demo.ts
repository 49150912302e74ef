// `npm start` without credentials: an emulated Twilio, an embedded database in memory, and the server, all in this
// process; then the main job, told step by step.
import { seedDemo, startEmulator } from "../../../emulator/index.ts";
import { type RunningServer, serve } from "../../adapters/node.ts";
import type { ServerOptions } from "../../options.ts";
import { createSwitchhook, type Switchhook } from "../../switchhook.ts";
import { type ApiClient, createApiClient } from "../api-client.ts";
import { untilInterrupted } from "../interrupt.ts";
import { isAddressInUse, notListening } from "../listen.ts";
import { createNarrator } from "./narrator.ts";
import { tellStory } from "./story.ts";

const LOGIN = { name: "Demo", email: "demo@example.com", password: "correct horse battery" };

export async function demoCommand(
  options: ServerOptions,
  { once }: { readonly once: boolean },
): Promise<void> {
  const emulator = await startEmulator({ allowLocalhostUrls: true, autoAdvance: true, autoPrice: true });
  const account = seedDemo(emulator.control);
  const { switchhook, server } = await startServer(options, emulator.url);
  try {
    console.log(
      "There are no Twilio credentials, so this is the demo: Twilio is emulated, and nothing leaves this machine.",
    );
    const apiKey = await signUp(server.url);
    const api = createApiClient(server.url, { "x-api-key": apiKey });
    await tellStory({ api, emulator, account, tell: createNarrator(console.log) });
    if (once) return;
    tellHowToGoOn(server.url, apiKey, emulator.url);
    await untilInterrupted();
  } finally {
    await server.close();
    await switchhook.stop();
    await emulator.close();
  }
}

interface DemoServer {
  readonly switchhook: Switchhook;
  readonly server: RunningServer;
}

/** The public URL has to name the port, so the port comes first: the configured one, or any where that is taken. */
async function startServer(options: ServerOptions, twilioApiBaseUrl: string): Promise<DemoServer> {
  let switchhook: Switchhook | undefined;
  const fetchWhenReady = (request: Request, env?: object) =>
    switchhook?.fetch(request, env) ?? new Response("Starting", { status: 503 });
  const server = await serveSomewhere(
    { fetch: fetchWhenReady, endStreams: () => switchhook?.endStreams() },
    options,
  );
  switchhook = await createSwitchhook({
    databaseUrl: "pglite:memory",
    publicUrl: server.url,
    twilioApiBaseUrl,
    // The story itself says what happens; log lines between its own would only confuse.
    logLevel: options.logLevel === "info" ? "silent" : (options.logLevel ?? "silent"),
    limitAttempts: false,
  });
  await switchhook.start();
  return { switchhook, server };
}

async function serveSomewhere(
  app: Pick<Switchhook, "fetch" | "endStreams">,
  { port, host }: ServerOptions,
): Promise<RunningServer> {
  try {
    return await serve(app, { port, host });
  } catch (error) {
    if (!isAddressInUse(error)) throw notListening({ port, host }, error);
    console.log(`Port ${port} is in use, so the demo takes another one.`);
    return serve(app, { port: 0, host });
  }
}

/** Signs up as anybody would, which makes an organization, and creates an API key for it. */
async function signUp(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify(LOGIN),
  });
  if (!response.ok) throw new Error(`Sign-up failed: ${await response.text()}`);
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.replace(/;.*$/, ""))
    .join("; ");
  const session = createApiClient(url, { cookie, origin: url });
  const organizationId = await activeOrganization(session);
  const { key } = await session.send<{ key: string }>("POST", "/api/auth/api-key/create", {
    name: "Demo",
    organizationId,
  });
  return key;
}

async function activeOrganization(session: ApiClient): Promise<string> {
  const { session: found } = await session.send<{ session: { activeOrganizationId: string } }>(
    "GET",
    "/api/auth/get-session",
  );
  return found.activeOrganizationId;
}

function tellHowToGoOn(url: string, apiKey: string, emulatorUrl: string): void {
  console.log(`
It goes on serving; Ctrl-C ends it.
   Dashboard ${url}
   API       ${url}/api/openapi.json describes it
   Login     ${LOGIN.email} / ${LOGIN.password}
   API key   ${apiKey}
   Twilio    ${emulatorUrl} (emulated)

   curl -H "x-api-key: ${apiKey}" ${url}/api/phone-numbers
   SWITCHHOOK_URL=${url} SWITCHHOOK_API_KEY=${apiKey} npm run -s switchhook -- numbers`);
}

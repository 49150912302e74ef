import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createControl } from "./control.ts";
import { answerControl } from "./control-routes.ts";
import { FaultBook } from "./faults.ts";
import { readRequest, writeReply } from "./http-message.ts";
import { createInstance, type Instance } from "./instance.ts";
import { type EmulatorOptions, resolveOptions } from "./options.ts";
import { RequestLog } from "./request-log.ts";
import { restRoutes } from "./rest/routes.ts";
import { answerRest } from "./rest-endpoint.ts";
import { createRouter } from "./router.ts";
import type { Control, Emulator } from "./types.ts";

const router = createRouter(restRoutes);

/** Starts an emulator of its own on `options.port`; rejects when the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const instance = createInstance(resolveOptions(options), new FaultBook(), new RequestLog());
  const control = createControl(instance);
  const server = createServer((req, res) => void serve(instance, control, req, res));
  await listen(server, instance);
  return { url: instance.origin, control, close: () => close(server, instance) };
}

async function serve(
  instance: Instance,
  control: Control,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  try {
    const request = await readRequest(req);
    const isControl = request.path.startsWith("/_emulator");
    const reply = isControl
      ? await answerControl(control, request)
      : await answerRest(instance, router, request, res);
    if (reply) writeReply(res, reply);
  } catch {
    // The client left while sending, or the emulator closes: nobody is there to be answered.
    res.destroy();
  }
}

function listen(server: Server, instance: Instance): Promise<void> {
  const { host, port } = instance.options;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      const boundPort = typeof address === "object" && address !== null ? address.port : port;
      instance.origin = `http://${host}:${boundPort}`;
      resolve();
    });
  });
}

async function close(server: Server, instance: Instance): Promise<void> {
  instance.closing.abort();
  instance.faults.dropHeld();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await Promise.all([closed, instance.tasks.idle()]);
  instance.agents.http.destroy();
  instance.agents.https.destroy();
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import twilio from "twilio";
import { readRequest } from "./http-message.ts";
import type { Emulator } from "./types.ts";

/** The official SDK, talking to the emulator. */
export function sdk(emulator: Emulator, username: string, password: string, accountSid = username) {
  const client = twilio(username, password, { accountSid });
  const domains = [
    client.api,
    client.accounts,
    client.messaging,
    client.monitor,
    client.conversations,
    client.routes,
  ];
  for (const domain of domains) domain.baseUrl = emulator.url;
  return client;
}

interface Received {
  method: string;
  path: string;
  url: string;
  params: Record<string, string>;
  headers: IncomingMessage["headers"];
  /** What the official validator says. */
  isSigned: boolean;
}

type Answer = (res: ServerResponse, received: Received) => void;

export const twiml =
  (document: string): Answer =>
  (res) =>
    void res.writeHead(200, { "content-type": "text/xml" }).end(`<Response>${document}</Response>`);

export const status =
  (code: number, headers: Record<string, string> = {}, body = ""): Answer =>
  (res) =>
    void res.writeHead(code, headers).end(body);

export const never: Answer = () => undefined;

/** A webhook receiver: answers by path, empty TwiML by default, and remembers what came. */
export async function startReceiver(authToken: string, answers: Record<string, Answer> = {}) {
  const received: Received[] = [];
  const server = createServer((req, res) => void answer(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { method, path, form } = await readRequest(req);
    const params = Object.fromEntries(form);
    const signature = String(req.headers["x-twilio-signature"]);
    const isSigned = twilio.validateRequest(authToken, signature, url + req.url, params);
    const entry = { method, path, url: url + req.url, params, headers: req.headers, isSigned };
    received.push(entry);
    (answers[path] ?? twiml(""))(res, entry);
  }

  return {
    url,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

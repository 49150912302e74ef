// The endpoint of somebody's agent: a real server on 127.0.0.1, which answers as a test says and remembers what it got.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface AgentRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface AgentResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Answerer = (request: AgentRequest) => AgentResponse | Promise<AgentResponse>;

export interface AgentEndpoint {
  readonly url: string;
  /** What came so far, the oldest first. */
  readonly requests: readonly AgentRequest[];
  /** How it answers from now on; by default with 204. */
  answerWith(answerer: Answerer): void;
  close(): Promise<void>;
}

const sayNothing: Answerer = () => ({ status: 204 });

export async function startAgentEndpoint(): Promise<AgentEndpoint> {
  const requests: AgentRequest[] = [];
  let answerer = sayNothing;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const request = await read(incoming);
      requests.push(request);
      write(outgoing, await answerer(request));
    })();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answerWith: (next) => {
      answerer = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

async function read(incoming: IncomingMessage): Promise<AgentRequest> {
  let body = "";
  for await (const chunk of incoming.setEncoding("utf8")) body += String(chunk);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return { path: incoming.url ?? "", headers: Object.fromEntries(headers), body };
}

function write(outgoing: ServerResponse, { status = 200, headers = {}, body = "" }: AgentResponse): void {
  outgoing.writeHead(status, headers).end(body);
}

export function json(value: unknown): AgentResponse {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

export function xml(body: string): AgentResponse {
  return { headers: { "content-type": "text/xml" }, body };
}

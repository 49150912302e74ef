// An HTTP endpoint that takes batches of CloudEvents, or fails to.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

interface EventBatch {
  readonly headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of an event, member by member
  readonly events: any[];
}

export interface EventEndpoint {
  readonly url: string;
  readonly host: string;
  readonly port: string;
  /** What came in, in order. */
  readonly batches: EventBatch[];
  answer(status: number, headers?: Record<string, string>): void;
  answerOnce(status: number): void;
  hangUp(): void;
  beforeAnswer(act: () => Promise<void>): void;
  reset(): void;
  close(): Promise<void>;
}

export async function startEventEndpoint(): Promise<EventEndpoint> {
  const batches: EventBatch[] = [];
  let behaviour: { status: number | undefined; headers: Record<string, string> };
  let once: number | undefined;
  let act: (() => Promise<void>) | undefined;
  const reset = () => {
    batches.length = 0;
    behaviour = { status: 204, headers: {} };
    once = undefined;
    act = undefined;
  };
  reset();
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    batches.push({ headers: request.headers, events: JSON.parse(Buffer.concat(chunks).toString()) });
    const acting = act;
    act = undefined;
    await acting?.();
    const status = once ?? behaviour.status;
    once = undefined;
    if (status === undefined) request.socket.destroy();
    else response.writeHead(status, behaviour.headers).end();
  };
  const server = createServer((request, response) => {
    receive(request, response).catch((error: unknown) =>
      response.destroy(new Error("Not received", { cause: error })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? String(address.port) : "";
  const host = `127.0.0.1:${port}`;
  return {
    url: `http://${host}/events`,
    host,
    port,
    batches,
    answer: (status, headers = {}) => {
      behaviour = { status, headers };
    },
    answerOnce: (status) => {
      once = status;
    },
    hangUp: () => {
      behaviour = { status: undefined, headers: {} };
    },
    beforeAnswer: (doing) => {
      act = doing;
    },
    reset,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply, RestRequest } from "./rest/context.ts";

const MAX_BODY_BYTES = 5_000_000;

export async function readRequest(req: IncomingMessage): Promise<RestRequest & { readonly body: string }> {
  const body = await readText(req);
  const [path = "/", search = ""] = (req.url ?? "/").split("?", 2);
  const isJson = (req.headers["content-type"] ?? "").includes("json");
  return {
    method: req.method ?? "GET",
    path,
    query: new URLSearchParams(search),
    form: new URLSearchParams(isJson ? "" : body),
    json: isJson ? parseObject(body) : {},
    authorization: req.headers.authorization ?? null,
    body,
  };
}

/** Collects a body of bounded size as UTF-8. */
export async function readText(stream: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) throw new Error(`The body is larger than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

export function writeReply(res: ServerResponse, reply: Reply): void {
  if (res.destroyed) return;
  const { status, body, headers } = reply;
  if (body === undefined) {
    res.writeHead(status, headers).end();
    return;
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  res.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers }).end(text);
}

// What the commands share that speak to a running Switchhook.
import type { Command } from "commander";
import { AppError } from "../base/errors.ts";
import { newUuid } from "../base/ids.ts";
import { type ApiClient, ApiError, createApiClient } from "./api-client.ts";

interface GlobalOptions {
  readonly url: string;
  readonly apiKey?: string;
  readonly json?: boolean;
}

export interface Answer {
  readonly message?: string;
}

/** Sends a request and tells its outcome. */
type Run = <T extends Answer>(
  command: Command,
  send: (api: ApiClient) => Promise<T>,
  tell?: (answer: T) => string,
) => Promise<void>;

export const run: Run = async (command, send, tell = ({ message = "Done." }) => message) => {
  const answer = await send(clientOf(command));
  console.log(isJson(command) ? JSON.stringify(answer, null, 2) : tell(answer));
};

/** A message or call, as it is answered when it has been asked for. */
interface Begun extends Answer {
  readonly sid: string;
  readonly status: string;
}

/**
 * Posts what must not be done twice. Whoever does not hear whether it was done is told the key under which a repetition
 * does it once.
 */
export async function runOnce(command: Command, path: string, body: object): Promise<void> {
  const { idempotencyKey = newUuid() } = command.opts<{ idempotencyKey?: string }>();
  const headers = { "idempotency-key": idempotencyKey };
  try {
    await run<Begun>(
      command,
      (api) => api.send("POST", path, body, headers),
      ({ sid, status }) => `${sid} is ${status}.`,
    );
  } catch (error) {
    const isRefused = error instanceof AppError || (error instanceof ApiError && error.status < 500);
    if (!isRefused) console.error(`Repeat it with --idempotency-key ${idempotencyKey}, and it is done once.`);
    throw error;
  }
}

/** Tells of each answer as it comes, a line each. @returns the last */
export async function runFollowing<T>(
  command: Command,
  path: string,
  tell: (answer: T) => string,
): Promise<T | undefined> {
  let last: T | undefined;
  for await (const answer of clientOf(command).follow<T>(path)) {
    console.log(isJson(command) ? JSON.stringify(answer) : tell(answer));
    last = answer;
  }
  return last;
}

/** @throws AppError `unauthenticated`, `invalid_configuration` */
function clientOf(command: Command): ApiClient {
  const { url, apiKey } = command.optsWithGlobals<GlobalOptions>();
  if (!/^https?:\/\//.test(url)) {
    throw new AppError("invalid_configuration", {
      detail: `SWITCHHOOK_URL or --url must begin with http:// or https://, as in http://localhost:3000; this is ${url}`,
    });
  }
  if (apiKey !== undefined && apiKey !== "") return createApiClient(url, { "x-api-key": apiKey });
  throw new AppError("unauthenticated", { detail: "Give --api-key, or set SWITCHHOOK_API_KEY." });
}

function isJson(command: Command): boolean {
  return command.optsWithGlobals<GlobalOptions>().json ?? false;
}

export function query(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(values).toString();
}

export function pick(
  values: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
}

/** A line each, and how to get the next page where there is one. */
export function tellPage(lines: readonly string[], nextCursor: string | null): string {
  return [...lines, ...(nextCursor === null ? [] : [`more: --cursor ${nextCursor}`])].join("\n");
}

// What the commands share that speak to a running Switchhook.
import type { Command } from "commander";
import { AppError } from "../base/errors.ts";
import { newUuid } from "../base/ids.ts";
import { type ApiClient, ApiError, createApiClient } from "./api-client.ts";
import { HOW_TO_GIVE_A_KEY } from "./wording.ts";

export const DEFAULT_URL = "http://localhost:3000";

interface GlobalOptions {
  readonly url: string;
  readonly apiKey?: string;
  readonly json?: boolean;
}

export interface Answer {
  readonly message?: string;
}

/**
 * Sends a request and tells its outcome on standard output.
 *
 * @param note what a person wants to know besides, and a program that reads the outcome does not
 */
type Run = <T extends Answer>(
  command: Command,
  send: (api: ApiClient) => Promise<T>,
  tell?: (answer: T) => string,
  note?: (answer: T) => string,
) => Promise<void>;

export const run: Run = async (command, send, tell = ({ message = "Done." }) => message, note = () => "") => {
  const answer = await send(clientOf(command));
  if (isJson(command)) {
    console.log(JSON.stringify(answer, null, 2));
    return;
  }
  const [told, noted] = [tell(answer), note(answer)];
  if (told !== "") console.log(told);
  if (noted !== "") console.error(noted);
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
export async function runOnce(
  command: Command,
  path: string,
  bodyFor: (api: ApiClient) => Promise<object>,
): Promise<void> {
  // What fails before anything is sent needs no key.
  const body = await bodyFor(clientOf(command));
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
  const { url: given, apiKey } = command.optsWithGlobals<GlobalOptions>();
  // An empty setting is one that somebody has left blank.
  const url = given.trim() || DEFAULT_URL;
  if (!/^https?:\/\//.test(url)) {
    throw new AppError("invalid_configuration", {
      detail: `SWITCHHOOK_URL or --url must begin with http:// or https://, as in ${DEFAULT_URL}; this is ${url}`,
    });
  }
  if (apiKey !== undefined && apiKey !== "") return createApiClient(url, { "x-api-key": apiKey });
  throw new AppError("unauthenticated", { detail: HOW_TO_GIVE_A_KEY });
}

function isJson(command: Command): boolean {
  return command.optsWithGlobals<GlobalOptions>().json ?? false;
}

export function query(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(values).toString();
}

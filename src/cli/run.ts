// What the commands share that speak to a running Switchhook.
import type { Command } from "commander";
import { AppError } from "../base/errors.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";

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
  const { url, apiKey, json = false } = command.optsWithGlobals<GlobalOptions>();
  if (apiKey === undefined) {
    throw new AppError("unauthenticated", { detail: "Give --api-key, or set SWITCHHOOK_API_KEY." });
  }
  const answer = await send(createApiClient(url, { "x-api-key": apiKey }));
  console.log(json ? JSON.stringify(answer, null, 2) : tell(answer));
};

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

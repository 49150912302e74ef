import { AppError, messageOf } from "../base/errors.ts";
import type { ServerOptions } from "../options.ts";

export function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

/** Why nothing listens, in words of the settings. */
export function notListening({ host, port }: Pick<ServerOptions, "host" | "port">, cause: unknown): AppError {
  const detail = isAddressInUse(cause)
    ? `Port ${port} of ${host} is in use. Stop the process that has it, perhaps another Switchhook, or set PORT to a free one.`
    : `Nothing can listen on port ${port} of ${host}: ${messageOf(cause)}. Set HOST to an address of this machine, and PORT to one that this user may open.`;
  return new AppError("invalid_configuration", { detail, cause });
}

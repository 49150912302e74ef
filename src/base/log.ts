import { type Logger, pino } from "pino";

export type { Logger };

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "silent";

/** JSON lines on standard error; standard output belongs to what a command prints. */
export function createLogger(level: LogLevel): Logger {
  return pino({ level, base: undefined }, pino.destination({ dest: 2, sync: false }));
}

/** A phone number as it may stand in a log: the country and the last two digits. */
export function maskPhoneNumber(e164: string): string {
  return e164.length < 6 ? "…" : `${e164.slice(0, 3)}…${e164.slice(-2)}`;
}

import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "silent";

/** A line waits at most this long for others to be written with. */
const FLUSH_MS = 100;
const FLUSH_BYTES = 4_096;

/** JSON lines on standard error; standard output belongs to what a command prints. */
export function createLogger(level: LogLevel): Logger {
  // A write of its own for each line costs as much processor time as the rest of a status callback.
  const destination = { dest: 2, sync: false, minLength: FLUSH_BYTES, periodicFlush: FLUSH_MS };
  return pino({ level, base: undefined }, gathered(pino.destination(destination)));
}

/**
 * Takes the lines of one turn of the event loop together: the destination looks through all that it holds with each write,
 * and under load there are a hundred lines in a turn. What has not been passed on when the process ends is written then.
 */
function gathered(destination: ReturnType<typeof pino.destination>): DestinationStream {
  let lines = "";
  let isFirst = true;
  const pass = () => {
    destination.write(lines);
    lines = "";
  };
  const passAtExit = () => {
    if (lines === "") return;
    pass();
    destination.flushSync();
  };
  return {
    write(line) {
      if (isFirst) process.once("exit", passAtExit);
      isFirst = false;
      if (lines === "") setImmediate(pass);
      lines += line;
    },
  };
}

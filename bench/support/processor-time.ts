// How much processor time this process and those that it has started have used, by what they are. Linux only; see proc(5).
import { readFileSync } from "node:fs";

/** The kernel counts in hundredths of a second, on every architecture that Node runs on. */
const SECONDS_PER_TICK = 0.01;

export interface ProcessorTime {
  readonly own: number;
  readonly postgres: number;
  readonly emulator: number;
}

/** In seconds. */
export function processorTime(): ProcessorTime {
  const { user, system } = process.cpuUsage();
  const time = { own: (user + system) / 1e6, postgres: 0, emulator: 0 };
  for (const pid of childrenOf(process.pid)) {
    const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    time[name === "postgres" ? "postgres" : "emulator"] += secondsOf(pid);
  }
  return time;
}

export function since(before: ProcessorTime): ProcessorTime {
  const now = processorTime();
  return {
    own: now.own - before.own,
    postgres: now.postgres - before.postgres,
    emulator: now.emulator - before.emulator,
  };
}

/** With everything that it has started. */
function secondsOf(pid: number): number {
  // The name, in parentheses, may have spaces in it.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return childrenOf(pid).reduce((sum, child) => sum + secondsOf(child), ticks * SECONDS_PER_TICK);
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

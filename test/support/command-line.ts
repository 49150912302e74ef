// The command line as somebody would use it: in a process of its own, against a server that listens.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { API_KEY } from "./world.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");

export interface Told {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `switchhook` with these arguments, as the default organization's owner. */
export function runSwitchhook(url: string, args: readonly string[]): Promise<Told> {
  const env = { ...process.env, SWITCHHOOK_URL: url, SWITCHHOOK_API_KEY: API_KEY };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { env }, (_error, out, err) => {
      resolve({ exitCode: child.exitCode ?? -1, out, err });
    });
  });
}

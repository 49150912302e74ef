// The command line as somebody would use it: in a process of its own, against a server that listens.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { COMPILE_CACHE } from "./compile-cache.ts";
import { API_KEY } from "./world.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");

/** Nor the one of an .env file, which sets what is not set. */
const WITHOUT_ACCOUNT = {
  TWILIO_ACCOUNT_SID: "",
  TWILIO_AUTH_TOKEN: "",
  TWILIO_API_KEY: "",
  TWILIO_API_SECRET: "",
};

export interface Told {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  /** On standard input. */
  readonly input?: string;
}

/** Runs `switchhook` with these arguments, as the default organization's owner. */
export function runSwitchhook(
  url: string,
  args: readonly string[],
  { env: more = {}, input = "" }: Given = {},
): Promise<Told> {
  const env = {
    ...process.env,
    ...COMPILE_CACHE,
    ...WITHOUT_ACCOUNT,
    SWITCHHOOK_URL: url,
    SWITCHHOOK_API_KEY: API_KEY,
    ...more,
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { env }, (_error, out, err) => {
      resolve({ exitCode: child.exitCode ?? -1, out, err });
    });
    child.stdin?.end(input);
  });
}

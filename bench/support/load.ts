// Puts a server under load from a process of its own: wrk for as much as it takes, paced-load.ts at a given rate.
import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const LUA = fileURLToPath(new URL("requests.lua", import.meta.url));
const PACED_LOAD = fileURLToPath(new URL("paced-load.ts", import.meta.url));

export interface Saturated {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Twilio has as many requests under way as are not answered yet; at a few thousand a second they are hundreds. */
const CONNECTIONS = 256;

/** As many requests of the file as the server takes in that time. @throws when one was not answered 2xx */
export async function saturate(url: string, file: string, seconds: number): Promise<Saturated> {
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--timeout", "10s", "-s", LUA, url, "--", file];
  const { stdout } = await promisify(execFile)("wrk", args);
  const result = JSON.parse(/RESULT (.*)/.exec(stdout)?.[1] ?? "{}");
  if (result.refused > 0 || result.errors > 0) throw new Error(`Not every request was answered: ${stdout}`);
  const { requests, durationMs, p50Ms, p99Ms } = result;
  return { perSecond: (requests * 1_000) / durationMs, p50Ms, p99Ms };
}

export interface Paced {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Requests of the file at a rate, whether or not earlier ones have been answered. */
export async function atRate(url: string, file: string, perSecond: number, seconds: number): Promise<Paced> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    PACED_LOAD,
    url,
    file,
    String(perSecond),
    String(seconds),
  ]);
  return JSON.parse(stdout);
}

export interface ServerProcess {
  readonly url: string;
  /** Seconds of processor time used so far. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** As in `npm start`, for all of the servers alike. */
const YOUNG_GENERATION = "--max-semi-space-size=64";

/** Starts a server that prints the URL it listens on as its first line. */
export async function startServer(
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const args = [YOUNG_GENERATION, fileURLToPath(new URL(`../${file}`, import.meta.url))];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for await (const url of createInterface(child.stdout)) {
    return {
      url,
      cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
      stop: async () => {
        child.kill();
        await exited;
      },
    };
  }
  throw new Error(`${file} did not start`);
}

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  // User and system time, in hundredths of a second; see proc(5).
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

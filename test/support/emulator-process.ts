// The emulator in a process of its own, for measurements in which its work must not count as ours.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { EmulatorOptions } from "../../emulator/index.ts";

export interface EmulatorProcess {
  readonly url: string;
  control(method: string, ...args: unknown[]): Promise<unknown>;
  close(): void;
}

export async function startEmulatorProcess(
  options: Pick<EmulatorOptions, "latencyMs" | "concurrencyLimit">,
): Promise<EmulatorProcess> {
  const { latencyMs = 0, concurrencyLimit = Number.POSITIVE_INFINITY } = options;
  const main = new URL("../../emulator/main.ts", import.meta.url).pathname;
  const limits = ["--latency-ms", String(latencyMs), "--concurrency-limit", String(concurrencyLimit)];
  const child = spawn(process.execPath, [main, "--port", "0", ...limits], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /Twilio emulator on (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, control: (method, ...args) => control(url, method, args), close: () => child.kill() };
  }
  throw new Error("The emulator did not start");
}

async function control(url: string, method: string, args: readonly unknown[]): Promise<unknown> {
  const response = await fetch(`${url}/_emulator/${method}`, { method: "POST", body: JSON.stringify(args) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

// One sweep in a process of its own, so that its memory is nobody else's. Prints what it took. An account with one number is
// swept before, because what a process loads and compiles once is not the sweep's.
//
// With --expose-gc what is alive is looked at again and again as well; that takes time, so such a sweep's is not to be used.
import { readFileSync } from "node:fs";
import { createSwitchhook } from "../../src/index.ts";
import { FLEET_PUBLIC_URL } from "./fleet.ts";

const GC_EVERY_MS = 250;
const MIB = 1_048_576;

const {
  DATABASE_URL = "",
  TWILIO_API_BASE_URL = "",
  ACCOUNT_ID = "",
  WARM_UP_ID = "",
  SWITCHHOOK_SECRET,
} = process.env;
const switchhook = await createSwitchhook({
  databaseUrl: DATABASE_URL,
  secret: SWITCHHOOK_SECRET,
  publicUrl: FLEET_PUBLIC_URL,
  twilioApiBaseUrl: TWILIO_API_BASE_URL,
  logLevel: "silent",
});
const { api, defaultOrganizationId: orgId } = switchhook;
const actor = { orgId, userId: "benchmark", role: "owner" } as const;

/** The most that the process has ever had in memory, in MiB; see proc(5). */
function peakMiB(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1_024;
}

let aliveMiB = 0;
function collect(): void {
  globalThis.gc?.();
  aliveMiB = Math.max(aliveMiB, process.memoryUsage().heapUsed / MIB);
}

await api.drift.sweep(actor, WARM_UP_ID);
collect();
const [startedMiB, aliveAtStartMiB] = [peakMiB(), aliveMiB];
const collecting = globalThis.gc === undefined ? undefined : setInterval(collect, GC_EVERY_MS);
const before = process.cpuUsage();
const startedAt = performance.now();
let sweep = await api.drift.sweep(actor, ACCOUNT_ID);
while (!sweep.endedAt) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  sweep = await api.drift.lastSweep(actor, ACCOUNT_ID);
}
const seconds = (performance.now() - startedAt) / 1_000;
clearInterval(collecting);
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (user + system) / 1e6,
    startedMiB,
    peakMiB: peakMiB(),
    aliveAtStartMiB,
    aliveMiB,
    failure: sweep.failure,
    counts: sweep.counts,
  }),
);
await switchhook.stop();

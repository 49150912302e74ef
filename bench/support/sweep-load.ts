// One sweep in a process of its own, so that its memory is nobody else's. Prints what it took.
import { readFileSync } from "node:fs";
import { createSwitchhook } from "../../src/index.ts";

const { DATABASE_URL = "", TWILIO_API_BASE_URL = "", ACCOUNT_ID = "", SWITCHHOOK_SECRET } = process.env;
const switchhook = await createSwitchhook({
  databaseUrl: DATABASE_URL,
  secret: SWITCHHOOK_SECRET,
  publicUrl: "https://switchhook.example.com",
  twilioApiBaseUrl: TWILIO_API_BASE_URL,
  logLevel: "silent",
});
const { api, defaultOrganizationId: orgId } = switchhook;
const actor = { orgId, userId: "benchmark", role: "owner" } as const;

/** The most that the process has ever had in memory, in MiB; see proc(5). */
function peakMiB(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1_024;
}

const startedMiB = peakMiB();
const startedAt = performance.now();
let sweep = await api.drift.sweep(actor, ACCOUNT_ID);
while (!sweep.endedAt) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  sweep = await api.drift.lastSweep(actor, ACCOUNT_ID);
}
const seconds = (performance.now() - startedAt) / 1_000;
const cpu = process.resourceUsage();
console.log(
  JSON.stringify({
    seconds,
    startedMiB,
    peakMiB: peakMiB(),
    cpuSeconds: (cpu.userCPUTime + cpu.systemCPUTime) / 1e6,
    failure: sweep.failure,
    counts: sweep.counts,
  }),
);
await switchhook.stop();

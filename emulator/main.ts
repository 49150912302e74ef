import { parseArgs } from "node:util";
import { seedDemo, startEmulator } from "./index.ts";

const { values } = parseArgs({
  allowNegative: true,
  options: {
    port: { type: "string", default: "4010" },
    host: { type: "string", default: "127.0.0.1" },
    "auto-advance": { type: "boolean", default: true },
    "auto-price": { type: "boolean", default: true },
    "public-urls-only": { type: "boolean", default: false },
    "latency-ms": { type: "string", default: "0" },
    "concurrency-limit": { type: "string", default: "Infinity" },
  },
});

const emulator = await startEmulator({
  port: Number(values.port),
  host: values.host,
  autoAdvance: values["auto-advance"],
  autoPrice: values["auto-price"],
  latencyMs: Number(values["latency-ms"]),
  concurrencyLimit: Number(values["concurrency-limit"]),
  allowLocalhostUrls: !values["public-urls-only"],
});
const demo = seedDemo(emulator.control);

console.log(`Twilio emulator on ${emulator.url}`);
console.log(`  TWILIO_ACCOUNT_SID=${demo.accountSid}`);
console.log(`  TWILIO_AUTH_TOKEN=${demo.authToken}`);
console.log(`  subaccount ${demo.subaccount.accountSid} with token ${demo.subaccount.authToken}`);
for (const number of demo.numbers) console.log(`  ${number.phoneNumber}  ${number.sid}  ${number.about}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void emulator.close());
}

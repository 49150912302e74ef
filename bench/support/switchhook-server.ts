// Switchhook in a process of its own, as `npm start` would serve it.
import { serve } from "../../src/adapters/node.ts";
import { createSwitchhook } from "../../src/index.ts";
import { BENCH_PUBLIC_URL } from "./webhook-requests.ts";

const switchhook = await createSwitchhook({
  databaseUrl: process.env.DATABASE_URL ?? "",
  secret: process.env.SWITCHHOOK_SECRET,
  publicUrl: BENCH_PUBLIC_URL,
});
const { url } = await serve(switchhook, { port: 0, host: "127.0.0.1" });
console.log(url);

// In a process of its own: sends the requests of a file at a rate, each when it is due, whether or not earlier ones have been
// answered, and prints what the latencies were. A latency begins when the request is due, so what waits for a connection, or
// for this process, counts as well; but for the first of them, while connections are opened and this process is compiled.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";

const [url = "", file = "", rate = "1", seconds = "10"] = process.argv.slice(2);
const perSecond = Number(rate);
const WARM_UP_SECONDS = 5;
const warmUpRequests = perSecond * WARM_UP_SECONDS;
const requests = readFileSync(file, "utf8")
  .split("\n", warmUpRequests + perSecond * Number(seconds))
  .filter((line) => line !== "")
  .map((line) => {
    const [path = "", signature = "", body = ""] = line.split("\t");
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signature,
    };
    return { method: "POST", path, headers, body } as const;
  });

const CONNECTIONS = 256;
const pool = new Pool(url, { connections: CONNECTIONS });
const latenciesMs: number[] = [];
const startedAt = performance.now();

/** @throws when it is not answered 2xx */
async function send(index: number): Promise<void> {
  const request = requests[index];
  if (!request) return;
  const { statusCode, body } = await pool.request(request);
  await body.dump();
  if (statusCode >= 300) throw new Error(`Not every request was answered: ${statusCode}`);
  const latencyMs = performance.now() - startedAt - (index * 1_000) / perSecond;
  if (index >= warmUpRequests) latenciesMs.push(latencyMs);
}

const sent: Promise<void>[] = [];
while (sent.length < requests.length) {
  const due = Math.min(requests.length, ((performance.now() - startedAt) * perSecond) / 1_000);
  while (sent.length < due) sent.push(send(sent.length));
  await delay(1);
}
await Promise.all(sent);
const tookSeconds = (performance.now() - startedAt) / 1_000 - WARM_UP_SECONDS;
await pool.close();

latenciesMs.sort((a, b) => a - b);
const percentile = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)];
console.log(
  JSON.stringify({
    perSecond: latenciesMs.length / tookSeconds,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
  }),
);

// autocannon in a process of its own: sends the requests of a file at a rate and prints what the latencies were.
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

const [url = "", file = "", rate = "1", seconds = "10"] = process.argv.slice(2);
const requests = readFileSync(file, "utf8")
  .split("\n", Number(rate) * Number(seconds) + 1_000)
  .filter((line) => line !== "")
  .map((line) => {
    const [path = "", signature = "", body = ""] = line.split("\t");
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signature,
    };
    return { method: "POST" as const, path, headers, body };
  });

const CONNECTIONS = 64;
let next = 0;
const result = await autocannon({
  url,
  connections: CONNECTIONS,
  overallRate: Number(rate),
  duration: Number(seconds),
  requests: [
    { method: "POST", setupRequest: (request) => ({ ...request, ...requests[next++ % requests.length] }) },
  ],
});
if (result.non2xx > 0 || result.errors > 0) {
  throw new Error(`Not every request was answered: ${result.non2xx} refused, ${result.errors} errors`);
}
const { average } = result.requests;
console.log(JSON.stringify({ perSecond: average, p50Ms: result.latency.p50, p99Ms: result.latency.p99 }));

// The floor: a bare node:http server that checks the same signature and stores nothing.
import { createServer } from "node:http";
import twilio from "twilio";
import { BENCH_AUTH_TOKEN, BENCH_PUBLIC_URL } from "../support/webhook-requests.ts";

const server = createServer((req, res) => {
  let body = "";
  req.setEncoding("utf8");
  req.on("data", (chunk: string) => {
    body += chunk;
  });
  req.on("end", () => {
    const params = Object.fromEntries(new URLSearchParams(body));
    const signature = String(req.headers["x-twilio-signature"]);
    const isValid = twilio.validateRequest(BENCH_AUTH_TOKEN, signature, BENCH_PUBLIC_URL + req.url, params);
    res.writeHead(isValid ? 204 : 403).end();
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
});

// The obvious way: Express, the SDK's own middleware, and one INSERT a request through a pool. It notices no duplicates
// and keeps no state of calls.
import express from "express";
import { Pool } from "pg";
import twilio from "twilio";
import { BENCH_AUTH_TOKEN, BENCH_PUBLIC_URL } from "../support/webhook-requests.ts";

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query(`create table if not exists obvious_callback (
  id bigint generated always as identity primary key,
  call_sid text not null,
  status text not null,
  params jsonb not null,
  received_at timestamptz not null default now()
)`);

const app = express();
app.use(express.urlencoded({ extended: false }));
const { host, protocol } = new URL(BENCH_PUBLIC_URL);
const validate = twilio.webhook(BENCH_AUTH_TOKEN, { host, protocol: protocol.replace(":", "") });
app.post("/api/twilio/status", validate, (req, res, next) => {
  const values = [req.body.CallSid, req.body.CallStatus, JSON.stringify(req.body)];
  const inserting = pool.query(
    "insert into obvious_callback (call_sid, status, params) values ($1, $2, $3)",
    values,
  );
  inserting.then(() => res.sendStatus(204), next);
});
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
});

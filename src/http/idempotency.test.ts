import { Hono } from "hono";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase } from "../../test/support/databases.ts";
import type { ApiEnv } from "../api/api.ts";
import { testClock } from "../base/clock.testing.ts";
import { MINUTE_MS } from "../base/durations.ts";
import { AppError } from "../base/errors.ts";
import { createLogger } from "../base/log.ts";
import type { Database } from "../db/connect.ts";
import { idempotency } from "./idempotency.ts";
import { problemResponse } from "./problem.ts";

const log = createLogger("silent");
let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** An endpoint that does these one after another, a request each. */
function appThat(...runs: (() => Response | Promise<Response>)[]) {
  const clock = testClock();
  const app = new Hono<ApiEnv>();
  app.onError((error, c) => problemResponse(c, error, log));
  app.use(async (c, next) => {
    c.set("actor", { orgId: "org_1", userId: "user_1", role: "owner" });
    await next();
  });
  app.post("/", idempotency({ db: database.db, clock, log }), () => runs.shift()?.() ?? Response.error());
  const post = async (key: string) =>
    app.request("/", { method: "POST", headers: { "idempotency-key": key } });
  return { clock, post };
}

const done = () => Response.json({ done: true });

test("a request keeps its key for a quarter of an hour, and then it is taken for dead", async () => {
  const started = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<Response>();
  const run = () => {
    started.resolve();
    return slow.promise;
  };
  const { clock, post } = appThat(run, done);
  const first = post("slow");
  await started.promise;
  clock.advance(15 * MINUTE_MS - 1);
  expect(await (await post("slow")).json()).toMatchObject({ code: "idempotency_in_progress" });
  clock.advance(1);
  const repeated = await post("slow");
  expect(repeated.headers.get("idempotent-replayed")).toBeNull();
  expect(await repeated.json()).toEqual({ done: true });
  slow.resolve(done());
  expect((await first).status).toBe(200);
});

test("a request that failed here leaves its key to be used again", async () => {
  const { post } = appThat(() => Promise.reject(new Error("lost")), done);
  expect((await post("failed")).status).toBe(500);
  expect((await post("failed")).status).toBe(200);
});

test("a failure that is final keeps its key, for a second try could act twice", async () => {
  const { post } = appThat(() => Promise.reject(new AppError("send_outcome_unknown")), done);
  const first = await post("final");
  const second = await post("final");
  expect([first.status, second.status]).toEqual([502, 502]);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
  expect(second.headers.get("content-type")).toBe("application/problem+json");
  expect(await second.json()).toEqual(await first.json());
});

test("a repetition points where the first answer did", async () => {
  const headers = { location: "/api/batches/batch_1" };
  const { post } = appThat(() => Response.json({ id: "batch_1" }, { status: 202, headers }));
  await post("location");
  const repeated = await post("location");
  expect(repeated.status).toBe(202);
  expect(repeated.headers.get("location")).toBe("/api/batches/batch_1");
});

test("what is done is answered, also when the answer cannot be kept", async () => {
  const refuse = sql`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'not now'; end $$`;
  const before = sql`create trigger refuse before update on idempotency_key
    for each row execute function refuse()`;
  const { post } = appThat(async () => {
    await refuse.execute(database.db);
    await before.execute(database.db);
    return done();
  });
  const first = await post("not kept");
  await sql`drop function refuse cascade`.execute(database.db);
  expect(first.status).toBe(200);
  expect(await first.json()).toEqual({ done: true });
  expect(await (await post("not kept")).json()).toMatchObject({ code: "idempotency_in_progress" });
});

test("whoever takes over a key learns since when nobody knows how its first request ended, until one has", async () => {
  const clock = testClock();
  const firstAt = clock.now();
  const seen: (Date | undefined)[] = [];
  const answers = [
    new Promise<Response>(() => {}),
    Promise.resolve(new Response(null, { status: 503 })),
    Promise.resolve(done()),
  ];
  const app = new Hono<ApiEnv>();
  app.use(async (c, next) => {
    c.set("actor", { orgId: "org_1", userId: "user_1", role: "owner" });
    await next();
  });
  app.post("/", idempotency({ db: database.db, clock, log }), (c) => {
    seen.push(c.var.unfinishedSince);
    return answers.shift() ?? Response.error();
  });
  const post = () => app.request("/", { method: "POST", headers: { "idempotency-key": "taken over" } });
  void post();
  while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(15 * MINUTE_MS);
  const statuses = [await post(), await post(), await post()].map(({ status }) => status);
  expect(statuses).toEqual([503, 200, 200]);
  expect(seen).toEqual([undefined, firstAt, firstAt]);
});

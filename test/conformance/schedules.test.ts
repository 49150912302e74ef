// What a node does by itself, without anybody asking.
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger } from "../../src/base/log.ts";
import { type Database, openDatabase } from "../../src/db/connect.ts";
import { plan } from "../support/batches.ts";
import { settableClock } from "../support/clock.ts";
import { drifts, sweep } from "../support/drift.ts";
import { becomeDue } from "../support/due-job.ts";
import { pause } from "../support/look-again.ts";
import { assign, newNumber, stored, verify } from "../support/numbers.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const DAY_MS = 24 * 3_600_000;

const clock = settableClock();
let world: World;
let database: Database;
beforeAll(async () => {
  world = await createWorld({ database: "PostgreSQL", switchhook: { clock, sweepCron: "*/20 * * * *" } });
  database = await openDatabase(world.databaseUrl, createLogger("silent"));
  await addAgent(world, "agent_456");
  await world.switchhook.start();
});
afterAll(async () => {
  await database.close();
  await world.close();
});

test("a node that has started has a schedule for everything that is done again and again", async () => {
  const { rows } = await database.jobs.executeSql("select name, cron from pgboss.schedule order by name");
  expect(Object.fromEntries(rows.map(({ name, cron }) => [name, cron]))).toMatchInlineSnapshot(`
    {
      "check-open-traffic": "*/5 * * * *",
      "connect-configured-account": "*/5 * * * *",
      "deliver-alerts": "* * * * *",
      "deliver-usage": "* * * * *",
      "end-quiet-alerts": "*/5 * * * *",
      "forget-idempotency-keys": "17 * * * *",
      "forget-old-alerts": "47 * * * *",
      "forget-old-drift": "57 * * * *",
      "forget-old-plans": "47 * * * *",
      "forget-old-traffic": "37 * * * *",
      "pull-twilio-alerts": "*/5 * * * *",
      "reconcile-days": "23 3-23 * * *",
      "reconcile-hours": "7 * * * *",
      "recover-operations": "* * * * *",
      "run-batches": "* * * * *",
      "sweep": "*/20 * * * *",
    }
  `);
});

test("a number that somebody changes in Twilio is found when the next sweep is due", async () => {
  const number = await newNumber(world);
  await assign(world, number);
  world.emulator.control.updateNumber(number.sid, { voice_url: "https://theirs.example.com/voice" });
  await becomeDue(database, "sweep");
  const found = async () => drifts(world, `phoneNumberId=${number.id}`);
  while ((await found()).length === 0) await pause();
  expect(await found()).toMatchObject([{ state: "open", fieldClass: "voice" }]);
  expect(await stored(world, number)).toMatchObject({ health: "drifted" });
});

test("plans that nobody has applied and drift that is long over are forgotten, and nothing else", async () => {
  const number = await newNumber(world);
  await assign(world, number);
  clock.advance(60_000);
  world.emulator.control.updateNumber(number.sid, { voice_url: "https://theirs.example.com/voice" });
  await sweep(world);
  await world.request("POST", "/api/phone-numbers/webhooks", { phoneNumberId: number.id });
  const ofNumber = () => drifts(world, `phoneNumberId=${number.id}`);
  expect(await ofNumber()).toMatchObject([{ state: "ended" }]);
  const old = await plan(world, { action: "unassign", selection: { all: true } });
  clock.advance(91 * DAY_MS);
  const fresh = await plan(world, { action: "unassign", selection: { all: true } });

  for (const name of ["forget-old-plans", "forget-old-drift"]) await becomeDue(database, name);
  const plans = async () => (await world.request("GET", "/api/batches")).body.batches;
  while ((await plans()).length > 1 || (await ofNumber()).length > 0) await pause();
  expect(await plans()).toMatchObject([{ id: fresh.id }]);
  expect((await world.request("GET", `/api/batches/${old.id}`)).status).toBe(404);
  expect((await verify(world, number)).body).toMatchObject({ configured: true });
});

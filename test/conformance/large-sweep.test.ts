// Accounts whose lists are longer than one page of Twilio's, and sweeps that meet.
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { settableClock } from "../support/clock.ts";
import { drifts, setPolicy, sweep } from "../support/drift.ts";
import { executeOnce } from "../support/execute-once.ts";
import { assign, newNumber, newService, stored, type TestNumber, verify } from "../support/numbers.ts";
import { ACCOUNT_SID, addAgent, createWorld, startNode, type World } from "../support/world.ts";

const PAGE_SIZE = 1_000;
const LEASE_MS = 5 * 60_000;
const THEIRS = "https://theirs.example.com/voice";

// Its sleeps are real, so that a request waits for its sweep.
const clock = { ...settableClock(), sleep: (ms: number) => setTimeout(ms) };
let world: World;
beforeEach(async () => {
  world = await createWorld({ database: "PostgreSQL", switchhook: { clock } });
  await addAgent(world, "agent_456");
});
afterEach(() => world.close());

async function newAssigned(): Promise<TestNumber> {
  const number = await newNumber(world);
  expect((await assign(world, number, { enableSms: true })).status).toBe(200);
  return number;
}

/** Numbers that nobody has imported. @returns their SIDs */
function fillAPage(): readonly string[] {
  return Array.from({ length: PAGE_SIZE }, (_, index) => {
    const phoneNumber = `+1628555${String(index).padStart(4, "0")}`;
    return world.emulator.control.createNumber(ACCOUNT_SID, { phoneNumber }).sid;
  });
}

const change = ({ sid }: TestNumber, fields: object) => world.emulator.control.updateNumber(sid, fields);
const listed = () => world.emulator.control.requests({ path: "/IncomingPhoneNumbers.json" });

test("a number on the second page is found there, drifts there, and is missed only when it is gone", async () => {
  // One of them is on each page, whichever way the list is ordered.
  const first = await newAssigned();
  fillAPage();
  const last = await newAssigned();
  world.emulator.control.clearRequests();
  expect((await sweep(world)).counts).toMatchObject({ listed: PAGE_SIZE + 2, opened: 0, vanished: 0 });
  expect(listed()).toHaveLength(2);

  for (const number of [first, last]) change(number, { voice_url: THEIRS });
  expect((await sweep(world)).counts).toMatchObject({ opened: 2, vanished: 0 });
  for (const number of [first, last]) {
    expect(await drifts(world, `phoneNumberId=${number.id}&open=true`)).toMatchObject([
      { fieldClass: "voice" },
    ]);
  }
  clock.advance(60_000);
  for (const { sid } of [first, last]) world.emulator.control.releaseNumber(sid);
  expect((await sweep(world)).counts).toMatchObject({ listed: PAGE_SIZE, vanished: 2 });
});

/** So many more that are like this one in everything that is known of them, and come before it. */
async function multiply({ id }: TestNumber, count: number): Promise<void> {
  const uid = "lpad(n::text, 32, '0')::uuid";
  const alike = {
    phone_number: `'uid', ${uid}, 'id', 'phone_' || n, 'sid', 'PN' || lpad(n::text, 32, '0'), 'e164', '+1' || n`,
    drift: `'phone_number_uid', ${uid}, 'id', 'drift_' || n`,
  };
  for (const [table, changes] of Object.entries(alike)) {
    const statement = `insert into ${table} (%s) select %s from ${table} t, generate_series(1, ${count}) n,
      jsonb_populate_record(t, jsonb_build_object(${changes})) r
      where ${table === "drift" ? "t.phone_number_uid" : "t.uid"} = (select uid from phone_number where id = '${id}')`;
    await executeOnce(
      world.databaseUrl,
      `set search_path to switchhook;
      do $do$ declare names text[]; begin
        select array_agg(quote_ident(column_name::text)) into names from information_schema.columns
          where table_schema = 'switchhook' and table_name = '${table}' and is_generated = 'NEVER';
        execute format($q$${statement}$q$, array_to_string(names, ','), 'r.' || array_to_string(names, ',r.'));
      end $do$`,
    );
  }
}

test("a number that is gone is missed, however many were gone before and are still assigned", async () => {
  const before = await newAssigned();
  const after = await newAssigned();
  clock.advance(60_000);
  world.emulator.control.releaseNumber(before.sid);
  expect((await sweep(world)).counts).toMatchObject({ vanished: 1, opened: 1 });
  await multiply(before, 2_000);
  world.emulator.control.releaseNumber(after.sid);
  expect((await sweep(world)).counts).toMatchObject({ vanished: 2_002, opened: 1 });
  expect(await drifts(world, `phoneNumberId=${after.id}&open=true`)).toMatchObject([
    { fieldClass: "presence" },
  ]);
});

test("a member on the second page of a Messaging Service is shadowed like one on the first", async () => {
  const first = await newAssigned();
  const last = await newAssigned();
  newService(world, [first.sid, ...fillAPage(), last.sid]);
  await sweep(world);
  for (const number of [first, last]) {
    expect(await drifts(world, `phoneNumberId=${number.id}&open=true`)).toMatchObject([
      { fieldClass: "sms", verdict: "shadowed" },
    ]);
    expect((await verify(world, number)).body).toMatchObject({ configured: false });
  }
});

/** A sweep that stands still where it reads the numbers, with what it read before its successor. */
async function standingSweep(
  on: Pick<World, "request"> = world,
): Promise<{ readonly answer: ReturnType<World["request"]> }> {
  world.emulator.control.addFault({
    method: "GET",
    path: "/IncomingPhoneNumbers.json",
    effect: { kind: "latency", ms: 1_000 },
  });
  world.emulator.control.clearRequests();
  const answer = on.request("POST", `/api/twilio-accounts/${world.accountId}/sweep`);
  while (listed().length === 0) await new Promise((resolve) => setImmediate(resolve));
  return { answer };
}

test("of two sweeps of one account the second is told to wait, on whichever node", async () => {
  const number = await newAssigned();
  const node = await startNode(world, { clock });
  change(number, { voice_url: THEIRS });
  const { answer } = await standingSweep();
  for (const { request } of [world, node]) {
    const refused = await request("POST", `/api/twilio-accounts/${world.accountId}/sweep`);
    expect(refused).toMatchObject({ status: 409, body: { code: "sweep_in_progress" } });
    expect(refused.headers.get("retry-after")).not.toBeNull();
  }
  expect((await answer).status).toBeLessThan(300);
  expect((await sweep({ ...world, request: node.request })).counts).toMatchObject({ opened: 0 });
  expect(await drifts(world, `phoneNumberId=${number.id}`)).toHaveLength(1);
  await node.switchhook.stop();
});

test("a node that stops lets a sweep come to its end that somebody has asked for", async () => {
  const number = await newAssigned();
  change(number, { voice_url: THEIRS });
  // Nobody sleeps on this node, so that the request does not wait for its sweep.
  const node = await startNode(world, { clock: { ...clock, sleep: async () => {} } });
  const { answer } = await standingSweep(node);
  expect((await answer).body).toMatchObject({ state: "running" });
  await node.switchhook.stop();
  expect((await world.request("GET", `/api/twilio-accounts/${world.accountId}/sweep`)).body).toMatchObject({
    state: "completed",
    counts: { opened: 1 },
  });
});

test("a sweep that lost its account to another one writes nothing any more, and nobody is alarmed", async () => {
  const number = await newAssigned();
  await setPolicy(world, { policy: "alert" });
  const node = await startNode(world, { clock });
  change(number, { voice_url: THEIRS });
  const { answer } = await standingSweep();
  clock.advance(LEASE_MS);
  await sweep({ ...world, request: node.request });
  const [found] = await drifts(world, `phoneNumberId=${number.id}`);
  expect(found).toMatchObject({ state: "open", openedAt: clock.now().toISOString() });

  clock.advance(1_000);
  expect((await answer).body).toMatchObject({ code: "sweep_in_progress" });
  expect(await drifts(world, `phoneNumberId=${number.id}`)).toEqual([found]);
  expect(await stored(world, number)).toMatchObject({ health: "drifted" });
  expect((await world.request("GET", "/api/alerts?state=open")).body.alerts).toMatchObject([
    { kind: "drift" },
  ]);
  await node.switchhook.stop();
});

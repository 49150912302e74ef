import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestDatabase, describeEachDatabase, type TestDatabase } from "../../test/support/databases.ts";
import { cuttableLine, refuseListeners } from "../../test/support/outage.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { createLogger } from "../base/log.ts";
import type { Change } from "./change.ts";
import type { ChangeSubscriber } from "./change-feed.ts";
import { type Database, openDatabase } from "./connect.ts";

const log = createLogger("silent");

interface Recorder extends ChangeSubscriber {
  readonly heard: Change[];
  resets: number;
  isClosed: boolean;
}

/** Writes down what it is told; what it is told is in effect when `applied` says so. */
function recorder(applied: () => Promise<void> = async () => {}): Recorder {
  const heard: Change[] = [];
  return {
    heard,
    resets: 0,
    isClosed: false,
    onChange: (change) => void heard.push(change),
    onReset() {
      this.resets++;
    },
    applied,
    async onClose() {
      this.isClosed = true;
    },
  };
}

function insertAgent({ db }: Pick<Database, "db">, id: string) {
  return sql`
    insert into agent (org_id, id, name, voice, messaging, created_at, updated_at)
    values ('org', ${id}, 'Agent', '{}', '{}', now(), now())
  `.execute(db);
}

describeEachDatabase("the change feed", (kind) => {
  let testDatabase: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    testDatabase = await createTestDatabase(kind);
    database = await openDatabase(testDatabase.url, log);
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  test("a barrier without subscribers waits for nothing", async () => {
    expect(database.changes.isListening).toBe(false);
    await database.changes.barrier();
    expect(database.changes.isListening).toBe(false);
  });

  test("what was committed before a barrier has been heard after it, in the order of the commits", async () => {
    const subscriber = recorder();
    await database.changes.subscribe(subscriber);
    for (const id of ["one", "two", "three"]) await insertAgent(database, id);
    await database.changes.barrier();
    expect(subscriber.heard).toEqual(
      ["one", "two", "three"].map((id) => ({ table: "agent", orgId: "org", id })),
    );
    expect(subscriber.resets).toBe(0);
  });

  test("a barrier waits until every subscriber has applied what it heard", async () => {
    const finish = Promise.withResolvers<void>();
    await database.changes.subscribe(recorder(() => finish.promise));
    const order: string[] = [];
    const barrier = database.changes.barrier().then(() => order.push("passed"));
    await sql`select 1`.execute(database.db);
    order.push("applied");
    finish.resolve();
    await barrier;
    expect(order).toEqual(["applied", "passed"]);
  });

  test("many barriers at once are all passed", async () => {
    await Promise.all(Array.from({ length: 200 }, () => database.changes.barrier()));
    expect(database.changes.isListening).toBe(true);
  });

  test("what is rolled back is not heard of", async () => {
    const subscriber = recorder();
    await database.changes.subscribe(subscriber);
    const failing = database.db.transaction().execute(async (tx) => {
      await insertAgent({ db: tx }, "never");
      throw new Error("on purpose");
    });
    await expect(failing).rejects.toThrow("on purpose");
    await database.changes.barrier();
    expect(subscriber.heard).toEqual([]);
  });

  test.each(["", "not json", "{}", "[]", '["phone_number"]', '["agent",1,2]', '["rate","x"]', "null"])(
    "an announcement that this version does not know is passed over: %j",
    async (payload) => {
      const subscriber = recorder();
      await database.changes.subscribe(subscriber);
      await sql`select pg_notify('switchhook_change', ${payload})`.execute(database.db);
      await insertAgent(database, `after ${payload}`);
      await database.changes.barrier();
      expect(subscriber.heard).toEqual([{ table: "agent", orgId: "org", id: `after ${payload}` }]);
    },
  );

  test("it closes with the database, and nobody waits for it then", async () => {
    const other = await createTestDatabase(kind);
    const closing = await openDatabase(other.url, log);
    const subscriber = recorder();
    await closing.changes.subscribe(subscriber);
    await closing.close();
    await other.drop();
    expect(subscriber.isClosed).toBe(true);
    expect(closing.changes.isListening).toBe(false);
    await closing.changes.barrier();
  });
});

describe("on PostgreSQL", () => {
  let testDatabase: TestDatabase;
  let other: Database;
  beforeAll(async () => {
    testDatabase = await createTestDatabase("PostgreSQL");
    other = await openDatabase(testDatabase.url, log);
  });
  afterAll(async () => {
    await other.close();
    await testDatabase.drop();
  });

  test("a node hears of what another one commits", async () => {
    const node = await openDatabase(testDatabase.url, log);
    const subscriber = recorder();
    await node.changes.subscribe(subscriber);
    await insertAgent(other, "of another node");
    await node.changes.barrier();
    expect(subscriber.heard).toMatchObject([{ id: "of another node" }]);
    await node.close();
  });

  test("a connection that is lost is replaced, and subscribers are told that they may have missed something", async () => {
    const node = await openDatabase(testDatabase.url, log);
    const subscriber = recorder();
    await node.changes.subscribe(subscriber);
    const outage = await refuseListeners(testDatabase.url);
    await vi.waitFor(() => expect(node.changes.isListening).toBe(false));
    await insertAgent(other, "unheard");
    await node.changes.barrier();
    expect(subscriber.resets).toBe(0);
    await outage.end();
    await vi.waitFor(() => expect(subscriber.resets).toBe(1), { timeout: 15_000 });
    await insertAgent(other, "heard again");
    await node.changes.barrier();
    expect(subscriber.heard).toMatchObject([{ id: "heard again" }]);
    await node.close();
  });

  test("a connection whose other end has fallen silent is noticed and replaced", async () => {
    const line = await cuttableLine(testDatabase.url);
    const node = await openDatabase(line.url, log, fasterClock(20));
    const subscriber = recorder();
    await node.changes.subscribe(subscriber);
    line.cut();
    await insertAgent(other, "in the silence");
    await vi.waitFor(() => expect(subscriber.resets).toBe(1), { timeout: 15_000 });
    expect(subscriber.heard).toEqual([]);
    await line.close();
    await node.close();
  });

  test("nobody waits at a barrier for longer than a second when the other end has fallen silent", async () => {
    const line = await cuttableLine(testDatabase.url);
    const node = await openDatabase(line.url, log);
    await node.changes.subscribe(recorder());
    line.cut();
    const startedAt = performance.now();
    await node.changes.barrier();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await line.close();
    await node.close();
  });

  test("a database that cannot be listened to is refused at the first subscription", async () => {
    const node = await openDatabase(testDatabase.url, log);
    const outage = await refuseListeners(testDatabase.url);
    await expect(node.changes.subscribe(recorder())).rejects.toMatchObject({
      code: "database_unreachable",
      detail: expect.stringContaining("LISTEN"),
    });
    await outage.end();
    await node.close();
  });
});

/** The real time, with shorter waits. */
function fasterClock(times: number): Clock {
  return { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / times, signal) };
}

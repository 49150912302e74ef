// A number does not change hands while it is being changed, whichever of the two comes first.
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  allocate,
  assign,
  freshNames,
  newNumber,
  stored,
  takeBack,
  unassign,
  verify,
} from "../support/numbers.ts";
import { connectOwnAccount, newNumberIn, type Person, signUp } from "../support/people.ts";
import { API_KEY, addAgent, createWorld, type World } from "../support/world.ts";

const IN_PROGRESS = { status: 409, body: { code: "operation_in_progress" } };

describeEachDatabase("allocation and operations", (database) => {
  let world: World;
  let ben: Person;
  /** What a held operation waits for. */
  let gate: PromiseWithResolvers<void> | undefined;
  let reached: PromiseWithResolvers<void>;
  beforeAll(async () => {
    const onStep = async (step: string) => {
      if (step !== "state_read" || !gate) return;
      reached.resolve();
      await gate.promise;
    };
    world = await createWorld({ database, switchhook: { onStep } });
    await addAgent(world, "agent_456");
    ben = await signUp(world, "Ben");
    await world.request("POST", "/api/agents", { id: "agent_456", name: "Ben's" }, ben.headers);
  });
  afterEach(() => open());
  afterAll(() => world.close());

  function hold(): void {
    gate = Promise.withResolvers();
    reached = Promise.withResolvers();
  }

  function open(): void {
    gate?.resolve();
    gate = undefined;
  }

  test("a number is not allocated while its operator's assignment is under way", async () => {
    const number = await newNumber(world);
    hold();
    const assigning = assign(world, number);
    await reached.promise;
    const refused = await allocate(world, number, ben.orgId);
    expect(refused).toMatchObject(IN_PROGRESS);
    expect(refused.headers.get("retry-after")).toBe("2");
    open();
    expect((await assigning).status).toBe(200);
    expect(await stored(world, number)).toMatchObject({ holderId: "org_default", chatbotId: "agent_456" });
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
  });

  test("a number is not taken back while its holder's assignment is under way", async () => {
    const number = await newNumber(world);
    await allocate(world, number, ben.orgId);
    hold();
    const assigning = assign(world, number, {}, ben.headers);
    await reached.promise;
    expect(await takeBack(world, number)).toMatchObject(IN_PROGRESS);
    open();
    expect((await assigning).status).toBe(200);
    expect((await verify(world, number, ben.headers)).body).toMatchObject({ configured: true });
    expect((await unassign(world, number, {}, ben.headers)).status).toBe(200);
    expect((await takeBack(world, number)).status).toBe(200);
  });
});

describe("two connections to one PostgreSQL", () => {
  let world: World;
  let ben: Person;
  let client: Client;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL" });
    await addAgent(world, "agent_456");
    ben = await signUp(world, "Ben");
    client = new Client({ connectionString: world.databaseUrl, options: "-c search_path=switchhook" });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await world.close();
  });

  test("an allocation that waited for an operation to be opened sees that it was", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    await unassign(world, number);
    await client.query("begin");
    await client.query("select 1 from phone_number where id = $1 for update", [number.id]);
    const allocating = allocate(world, number, ben.orgId);
    await aTransactionWaits();
    await openOperationLikeTheLast(number.id);
    await client.query("commit");
    expect(await allocating).toMatchObject(IN_PROGRESS);
    expect(await stored(world, number)).toMatchObject({ holderId: "org_default" });
  });

  test("an account is not disconnected while an operation is opened on one of its numbers", async () => {
    const account = await connectOwnAccount(world, { "x-api-key": API_KEY }, `AC${"d".repeat(32)}`);
    const number = await newNumberIn(world, account, freshNames());
    await assign(world, number);
    await unassign(world, number);
    await client.query("begin");
    await client.query("select 1 from phone_number where id = $1 for update", [number.id]);
    const disconnecting = world.request("DELETE", `/api/twilio-accounts/${account.id}`);
    await aTransactionWaits();
    await openOperationLikeTheLast(number.id);
    await client.query("commit");
    expect(await disconnecting).toMatchObject({ status: 409, body: { code: "account_in_use" } });
    expect(await stored(world, number)).toMatchObject({ id: number.id });
  });

  async function aTransactionWaits(): Promise<void> {
    const waiting = `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    await vi.waitFor(async () => expect((await client.query(waiting)).rows).toEqual([{ count: 1 }]), {
      timeout: 5_000,
    });
  }

  function openOperationLikeTheLast(phoneNumberId: string): Promise<unknown> {
    return client.query(
      `insert into operation
       select (jsonb_populate_record(o, '{"id": "op_of_${phoneNumberId}", "state": "open", "phase": "started"}')).*
       from operation o join phone_number n on n.uid = o.phone_number_uid
       where n.id = $1 and o.kind = 'unassign'`,
      [phoneNumberId],
    );
  }
});

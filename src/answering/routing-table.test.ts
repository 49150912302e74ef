import { type KyselyPlugin, sql } from "kysely";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../test/support/databases.ts";
import type { Json } from "../base/json.ts";
import { STAND_IN } from "./route.ts";
import { openRoutingWorld, type RoutingWorld, say } from "./routing.testing.ts";
import type { RoutingTable } from "./routing-table.ts";

const ACCOUNT = "ACone";

/** As a restore does, which leaves it to the database to generate what is generated. */
const RESTORE_KEPT = `do $$ begin
  execute (
    select format('insert into phone_number (%1$s) select %1$s from kept', string_agg(quote_ident(column_name), ', '))
    from information_schema.columns
    where table_schema = current_schema() and table_name = 'phone_number' and is_generated = 'NEVER'
  );
end $$`;

describeEachDatabase("the routing table", (kind) => {
  let world: RoutingWorld;
  let table: RoutingTable;
  beforeAll(async () => {
    world = await openRoutingWorld(kind);
    table = await world.follow();
  });
  afterEach(() => world.clear());
  afterAll(() => world.close());

  const barrier = () => world.database.changes.barrier();
  const execute = (statement: string) => sql.raw(statement).execute(world.database.db);
  const voiceOf = (e164: string, of = table) => of.find(ACCOUNT, e164)?.voice;

  /** +1 and +2, each with an agent of its own: `agent_2` and `agent_1`. */
  async function assignTwo(): Promise<void> {
    await world.addNumbers(2);
    await world.putAgent("agent_1", { voice: say("One") });
    await world.putAgent("agent_2", { voice: say("Two") });
    await world.assignAll(2);
    await barrier();
  }

  test("a number is answered as soon as it is assigned, changed and unassigned", async () => {
    await world.addNumbers(1);
    await world.putAgent("agent_1", { voice: say("One") });
    await barrier();
    expect(table.find(ACCOUNT, "+1")).toBeUndefined();

    await world.assignAll(1);
    await barrier();
    expect(table.find(ACCOUNT, "+1")).toMatchObject({
      orgId: "org_1",
      operatorOrgId: "operator",
      phoneNumberId: "phone_1",
      e164: "+1",
      agentId: "agent_1",
      voice: say("One"),
      messaging: { kind: "none" },
      webhookSecrets: undefined,
    });

    await world.putAgent("agent_1", { voice: say("Changed") });
    await barrier();
    expect(voiceOf("+1")).toEqual(say("Changed"));

    await execute("update phone_number set agent_id = null");
    await barrier();
    expect(table.find(ACCOUNT, "+1")).toBeUndefined();
  });

  test("a number that is allocated is answered by its new holder's agent", async () => {
    await world.addNumbers(1);
    await world.putAgent("agent_1", { voice: say("Holder's"), orgId: "org_2" });
    await execute("update phone_number set org_id = 'org_2', agent_id = 'agent_1'");
    await barrier();
    expect(table.find(ACCOUNT, "+1")).toMatchObject({ orgId: "org_2", operatorOrgId: "operator" });
  });

  test("a number that comes with its agent is answered at once, as after a restore", async () => {
    await world.addNumbers(1);
    await world.putAgent("agent_1", { voice: say("One") });
    await world.assignAll(1);
    await execute("create table kept as select * from phone_number");
    await execute("delete from phone_number");
    await barrier();
    expect(voiceOf("+1")).toBeUndefined();
    await execute(RESTORE_KEPT);
    await execute("drop table kept");
    await barrier();
    expect(voiceOf("+1")).toEqual(say("One"));
  });

  test("a number brings an agent along that has not been heard of yet", async () => {
    await world.addNumbers(1);
    const loaded = await world.load();
    await world.putAgent("agent_1", { voice: say("One") });
    await world.assignAll(1);
    const uid = (await world.load()).find(ACCOUNT, "+1")?.phoneNumberUid ?? "";
    await loaded.refresh([{ table: "phone_number", uid }]);
    expect(voiceOf("+1", loaded)).toEqual(say("One"));
  });

  test("an agent that cannot be understood keeps its last good answers, and harms no other", async () => {
    const lines: unknown[] = [];
    const listening = await world.follow({
      log: pino({ level: "error" }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
    });
    await assignTwo();
    await world.putAgent("agent_1", {
      voice: { kind: "hologram" },
      messaging: { kind: "reply", text: "Here" },
    });
    await world.putAgent("agent_2", { voice: say("Two, changed") });
    await barrier();
    expect(listening.find(ACCOUNT, "+2")).toMatchObject({
      voice: say("One"),
      messaging: { kind: "reply", text: "Here" },
    });
    expect(voiceOf("+1", listening)).toEqual(say("Two, changed"));
    expect(lines).toMatchObject([
      { msg: "agent.not_understood", orgId: "org_1", agentId: "agent_1", what: "voice" },
    ]);
  });

  test.each<[string, Json]>([
    ["a kind that is not known", { kind: "hologram" }],
    ["an answer that misses something", { kind: "say" }],
    ["an answer that is no object", "say"],
    ["an answer that is null", null],
  ])("an agent with %s is stood in for by a node that has never seen a good one", async (_name, bad) => {
    await assignTwo();
    await world.putAgent("agent_1", { voice: bad, messaging: bad });
    const loaded = await world.load();
    expect(loaded.find(ACCOUNT, "+2")).toMatchObject({ agentId: "agent_1", ...STAND_IN });
    expect(voiceOf("+1", loaded)).toEqual(say("Two"));
    await barrier();
    await table.reload();
    expect(voiceOf("+2")).toEqual(say("One"));
  });

  test("secrets are opened once an agent, whatever becomes of its numbers", async () => {
    let opened = 0;
    const listening = await world.follow({
      openSecrets: ({ webhookSecrets }) => {
        opened++;
        return { current: `opened ${webhookSecrets}` };
      },
    });
    await assignTwo();
    await execute("update agent set webhook_secrets = 'sealed'");
    await barrier();
    opened = 0;
    await execute("update phone_number set agent_id = 'agent_1'");
    await barrier();
    expect(listening.find(ACCOUNT, "+1")).toMatchObject({ webhookSecrets: { current: "opened sealed" } });
    expect(opened).toBe(0);
  });

  test("secrets that cannot be opened leave the rest of the agent as it is", async () => {
    await assignTwo();
    const loaded = await world.load({
      openSecrets: () => {
        throw new Error("sealed with a secret that is gone");
      },
    });
    expect(loaded.find(ACCOUNT, "+2")).toMatchObject({ voice: say("One"), webhookSecrets: undefined });
  });

  test("a load that fails half way leaves what was there", async () => {
    await assignTwo();
    let isBroken = false;
    const breakAgents: KyselyPlugin = {
      transformQuery: ({ node }) => {
        if (isBroken && JSON.stringify(node).includes("messaging")) throw new Error("no database");
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const loaded = await world.load({ db: world.database.db.withPlugin(breakAgents) });
    await execute("update phone_number set agent_id = null");
    isBroken = true;
    await expect(loaded.reload()).rejects.toThrow("no database");
    expect(voiceOf("+2", loaded)).toEqual(say("One"));
  });
});

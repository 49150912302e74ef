import * as fc from "fast-check";
import { type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../../test/support/databases.ts";
import { assertNever } from "../base/errors.ts";
import { newUuid } from "../base/ids.ts";
import { isForeignKeyViolation, isUniqueViolation } from "../db/sql-errors.ts";
import { ACCOUNTS, openRoutingWorld, type RoutingWorld } from "./routing.testing.ts";
import type { RoutingTable } from "./routing-table.ts";

const UIDS = Array.from({ length: 4 }, newUuid);
const E164S = ["+1", "+2", "+3"] as const;

const uid = fc.constantFrom(...UIDS);
const address = { sid: fc.constantFrom(...ACCOUNTS), e164: fc.constantFrom(...E164S) };
const agent = { orgId: fc.constantFrom("org_1", "org_2"), agentId: fc.constantFrom("agent_1", "agent_2") };
const kind = <K extends string>(name: K) => fc.constant(name);
// Mostly what leads to numbers that are answered.
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: kind("add"), uid, ...address }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("move"), uid, ...address }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("delete"), uid }) },
  { weight: 6, arbitrary: fc.record({ kind: kind("assign"), uid, ...agent }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("unassign"), uid }) },
  { weight: 4, arbitrary: fc.record({ kind: kind("put agent"), text: fc.constantFrom("a", "b"), ...agent }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("delete agent"), ...agent }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("wait") }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function statementOf(change: Exclude<Step, { kind: "wait" }>): RawBuilder<unknown> {
  switch (change.kind) {
    case "add":
      return sql`
        insert into phone_number (uid, org_id, id, operator_org_id, account_id, account_sid, sid, e164, friendly_name,
          capabilities, status, health, created_at, updated_at)
        values (${change.uid}, 'org_1', ${change.uid}, 'operator', ${`acct_${change.sid}`}, ${change.sid}, 'PN',
          ${change.e164}, 'Number', '{}', 'active', 'unassigned', now(), now())
      `;
    case "move":
      return sql`
        update phone_number set account_sid = ${change.sid}, e164 = ${change.e164} where uid = ${change.uid}
      `;
    case "delete":
      return sql`delete from phone_number where uid = ${change.uid}`;
    case "assign":
      return sql`
        update phone_number set org_id = ${change.orgId}, agent_id = ${change.agentId} where uid = ${change.uid}
      `;
    case "unassign":
      return sql`update phone_number set agent_id = null where uid = ${change.uid}`;
    case "put agent":
      return sql`
        insert into agent (org_id, id, name, voice, messaging, created_at, updated_at)
        values (${change.orgId}, ${change.agentId}, 'Agent',
          jsonb_build_object('kind', 'say', 'text', ${change.text}::text), '{"kind": "none"}', now(), now())
        on conflict (org_id, id) do update set voice = excluded.voice
      `;
    case "delete agent":
      return sql`delete from agent where org_id = ${change.orgId} and id = ${change.agentId}`;
    default:
      return assertNever(change);
  }
}

describeEachDatabase("any sequence of changes", (database) => {
  let world: RoutingWorld;
  let table: RoutingTable;
  beforeAll(async () => {
    world = await openRoutingWorld(database);
    table = await world.follow();
  });
  afterAll(() => world.close());

  async function take(change: Step): Promise<void> {
    if (change.kind === "wait") return world.database.changes.barrier();
    // What the database itself refuses is no change.
    await statementOf(change)
      .execute(world.database.db)
      .catch((error: unknown) => {
        if (!isForeignKeyViolation(error) && !isUniqueViolation(error)) throw error;
      });
  }

  const everywhere = (of: RoutingTable) => ACCOUNTS.flatMap((sid) => E164S.map((e164) => of.find(sid, e164)));

  test("leaves the table as a fresh load has it", { timeout: 120_000 }, async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (sequence) => {
        await world.clear();
        for (const change of sequence) await take(change);
        await world.database.changes.barrier();
        const loaded = await world.load();
        expect(everywhere(table)).toEqual(everywhere(loaded));
        expect(table.numberCount).toBe(loaded.numberCount);
        found += loaded.numberCount;
      }),
      { numRuns: 50 },
    );
    // Chance decides how many; none would mean that nothing was compared.
    expect(found).toBeGreaterThan(5);
  });
});

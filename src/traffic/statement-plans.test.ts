// The plans are made once, often for a database that is still empty, and have to serve it for months.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase } from "../../test/support/databases.ts";
import type { Database } from "../db/connect.ts";
import { RECORD_CHARGES } from "./charge-statement.ts";
import { RECORD_REPORTS, RECORD_TRAFFIC } from "./traffic-statement.ts";

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase("PostgreSQL");
});
afterAll(() => database.close());

/** Those that grow with every call and message. */
const GROWING = new Set(["call", "message", "status_event", "usage_entry", "usage_daily", "usage_outbox"]);

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

test.each([RECORD_TRAFFIC, RECORD_REPORTS, RECORD_CHARGES])(
  "$name never reads a table that grows from end to end",
  async ({ query }) => {
    const { rows } = await database.db.transaction().execute(async (tx) => {
      // As on the connection that these statements have.
      await sql`set local enable_seqscan = off`.execute(tx);
      return sql<{
        "QUERY PLAN": readonly { Plan: PlanNode }[];
      }>`explain (generic_plan, format json) ${query}`.execute(tx);
    });
    const nodes = rows.flatMap((row) => row["QUERY PLAN"].flatMap(({ Plan }) => nodesOf(Plan)));
    const reads = nodes.filter(
      (node) => node["Node Type"].endsWith("Scan") && GROWING.has(node["Relation Name"] ?? ""),
    );
    expect(reads.length).toBeGreaterThan(0);
    expect(reads.filter((node) => node["Index Cond"] === undefined)).toEqual([]);
  },
);

import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase } from "../../test/support/databases.ts";
import type { Database } from "../db/connect.ts";
import { jsonb } from "../db/jsonb.ts";
import { insertAgent, listAgents } from "./agent-store.ts";

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test("an agent of a newer version is listed as it is stored, and hides no other", async () => {
  const now = new Date("2026-03-01");
  const agent = { orgId: "org_1", name: "An agent", createdAt: now, updatedAt: now } as const;
  const [voice, messaging] = [{ kind: "reject", reason: "busy" }, { kind: "none" }] as const;
  for (const id of ["agent_1", "agent_2"]) {
    await insertAgent(database.db, { ...agent, id, voice, messaging });
  }
  const newer = { kind: "telepathy", timeoutMs: 1 };
  await database.db
    .updateTable("agent")
    .set({ voice: jsonb(newer) })
    .where("id", "=", "agent_1")
    .execute();
  const listed = await listAgents(database.db, "org_1", { afterId: "", limit: 10 });
  expect(listed.map((found) => found.voice)).toEqual([newer, voice]);
});

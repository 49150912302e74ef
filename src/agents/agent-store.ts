import type { Selectable } from "kysely";
import type { Db } from "../db/connect.ts";
import { jsonb } from "../db/jsonb.ts";
import type { AgentTable } from "../db/tables/agents.ts";
import type { Agent } from "./agent.ts";
import type { MessageAnswer } from "./message-answer.ts";
import type { VoiceAnswer } from "./voice-answer.ts";

/** False when the organization has an agent with this id already. */
export async function insertAgent(db: Db, agent: Agent): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("agent")
    .values({
      org_id: agent.orgId,
      id: agent.id,
      name: agent.name,
      voice: jsonb(agent.voice),
      messaging: jsonb(agent.messaging),
      created_at: agent.createdAt,
      updated_at: agent.updatedAt,
    })
    .onConflict((conflict) => conflict.columns(["org_id", "id"]).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updateAgent(db: Db, agent: Agent): Promise<void> {
  await db
    .updateTable("agent")
    .set({
      name: agent.name,
      voice: jsonb(agent.voice),
      messaging: jsonb(agent.messaging),
      updated_at: agent.updatedAt,
    })
    .where("org_id", "=", agent.orgId)
    .where("id", "=", agent.id)
    .execute();
}

export async function findAgent(db: Db, orgId: string, id: string): Promise<Agent | undefined> {
  const row = await db
    .selectFrom("agent")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && agentFromRow(row);
}

/** The same, its row locked until the transaction ends. */
export async function lockAgent(tx: Db, orgId: string, id: string): Promise<Agent | undefined> {
  const row = await tx
    .selectFrom("agent")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  return row && agentFromRow(row);
}

/** Agents in the order of their ids, those after `afterId`. */
export async function listAgents(
  db: Db,
  orgId: string,
  page: { afterId: string; limit: number },
): Promise<readonly Agent[]> {
  const rows = await db
    .selectFrom("agent")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", ">", page.afterId)
    .orderBy("id")
    .limit(page.limit)
    .execute();
  return rows.map(agentFromRow);
}

export async function deleteAgent(db: Db, orgId: string, id: string): Promise<void> {
  await db.deleteFrom("agent").where("org_id", "=", orgId).where("id", "=", id).execute();
}

function agentFromRow(row: Selectable<AgentTable>): Agent {
  return {
    orgId: row.org_id,
    id: row.id,
    name: row.name,
    // Only this file writes them, from these types; a newer version's may say more, and one agent must not hide the others.
    voice: row.voice as VoiceAnswer,
    messaging: row.messaging as MessageAnswer,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

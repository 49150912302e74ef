// Reads who answers what: page by page at the start, and what has changed after that.
import type { NotNull } from "kysely";
import type { Db } from "../db/connect.ts";

export interface AgentKey {
  readonly orgId: string;
  readonly id: string;
}

/** A number that is assigned to an agent. */
export interface AssignedNumber {
  readonly uid: string;
  readonly id: string;
  readonly accountSid: string;
  readonly e164: string;
  readonly operatorOrgId: string;
  readonly agent: AgentKey;
}

/** How an agent answers, as it is stored: perhaps by another version. */
export interface StoredAgent extends AgentKey {
  readonly voice: unknown;
  readonly messaging: unknown;
  /** Sealed. */
  readonly webhookSecrets: string | null;
}

/** Sorts before every uid. */
const FIRST_UID = "00000000-0000-0000-0000-000000000000";

/** In the order of their uids, those after `afterUid`. */
export async function listAssignedNumbers(
  db: Db,
  afterUid: string | undefined,
  limit: number,
): Promise<readonly AssignedNumber[]> {
  const rows = await selectAssigned(db)
    .where("uid", ">", afterUid ?? FIRST_UID)
    .orderBy("uid")
    .limit(limit)
    .execute();
  return rows.map(assignedNumberFromRow);
}

/** Those of the numbers that are there and assigned. At most 1,000 at a time: PostgreSQL takes 65,535 parameters. */
export async function readAssignedNumbers(
  db: Db,
  uids: readonly string[],
): Promise<readonly AssignedNumber[]> {
  if (uids.length === 0) return [];
  const rows = await selectAssigned(db).where("uid", "in", uids).execute();
  return rows.map(assignedNumberFromRow);
}

function selectAssigned(db: Db) {
  return db
    .selectFrom("phone_number")
    .select(["uid", "id", "account_sid", "e164", "operator_org_id", "org_id", "agent_id"])
    .where("agent_id", "is not", null)
    .$narrowType<{ agent_id: NotNull }>();
}

type NumberRow = Awaited<ReturnType<ReturnType<typeof selectAssigned>["execute"]>>[number];

function assignedNumberFromRow(row: NumberRow): AssignedNumber {
  return {
    uid: row.uid,
    id: row.id,
    accountSid: row.account_sid,
    e164: row.e164,
    operatorOrgId: row.operator_org_id,
    agent: { orgId: row.org_id, id: row.agent_id },
  };
}

/** In the order of their keys, those after `after`. */
export async function listStoredAgents(
  db: Db,
  after: AgentKey | undefined,
  limit: number,
): Promise<readonly StoredAgent[]> {
  return selectAgents(db)
    .where((eb) => eb(eb.refTuple("org_id", "id"), ">", eb.tuple(after?.orgId ?? "", after?.id ?? "")))
    .orderBy("org_id")
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** Those of the agents that are there. At most 1,000 at a time, likewise. */
export async function readStoredAgents(db: Db, keys: readonly AgentKey[]): Promise<readonly StoredAgent[]> {
  if (keys.length === 0) return [];
  return selectAgents(db)
    .where((eb) =>
      eb(
        eb.refTuple("org_id", "id"),
        "in",
        keys.map(({ orgId, id }) => eb.tuple(orgId, id)),
      ),
    )
    .execute();
}

function selectAgents(db: Db) {
  return db
    .selectFrom("agent")
    .select(["org_id as orgId", "id", "voice", "messaging", "webhook_secrets as webhookSecrets"]);
}

// A database with numbers and agents in it, written as SQL so that they may be many, or wrong; and tables that follow it.
import { sql } from "kysely";
import { type DatabaseKind, openTestDatabase } from "../../test/support/databases.ts";
import type { VoiceAnswer } from "../agents/voice-answer.ts";
import { systemClock } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import { createLogger } from "../base/log.ts";
import type { Database } from "../db/connect.ts";
import { jsonb } from "../db/jsonb.ts";
import { keepFresh } from "../db/memory-copy.ts";
import { type RoutingDeps, RoutingTable } from "./routing-table.ts";

const log = createLogger("silent");
export const ACCOUNTS = ["ACone", "ACtwo"] as const;

export interface RoutingWorld {
  readonly database: Database;
  /** A table that is loaded and kept fresh. */
  follow(changes?: Partial<RoutingDeps>): Promise<RoutingTable>;
  /** A table that is loaded now and then left alone. */
  load(changes?: Partial<RoutingDeps>): Promise<RoutingTable>;
  /** Numbers of `org_1` in the first account, as an import leaves them: `phone_1` is +1, and so on. */
  addNumbers(count: number): Promise<unknown>;
  /** Number n is assigned to agent 1 + n modulo `agents`. */
  assignAll(agents: number): Promise<unknown>;
  putAgent(id: string, stored: { voice: Json; messaging?: Json; orgId?: string }): Promise<unknown>;
  /** `agent_1`, `agent_2` and so on. */
  addAgents(count: number, voice: Json): Promise<unknown>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export function say(text: string) {
  return { kind: "say", text, language: "en-US" } satisfies VoiceAnswer;
}

export async function openRoutingWorld(kind: DatabaseKind): Promise<RoutingWorld> {
  const database = await openTestDatabase(kind);
  const { db } = database;
  for (const sid of ACCOUNTS) {
    await sql`
      insert into twilio_account (id, org_id, sid, friendly_name, status, credentials, created_at, updated_at)
      values (${`acct_${sid}`}, 'operator', ${sid}, 'Account', 'active', '', now(), now())
    `.execute(db);
  }
  const table = (changes: Partial<RoutingDeps>) => new RoutingTable({ db, log, ...changes });
  return {
    database,
    follow: async (changes = {}) => {
      const followed = table(changes);
      await keepFresh({ clock: systemClock, log }, database.changes, followed);
      return followed;
    },
    load: async (changes = {}) => {
      const loaded = table(changes);
      await loaded.reload();
      return loaded;
    },
    addNumbers: (count) =>
      sql`
        insert into phone_number (uid, org_id, id, operator_org_id, account_id, account_sid, sid, e164, friendly_name,
          capabilities, status, health, created_at, updated_at)
        select gen_random_uuid(), 'org_1', 'phone_' || n, 'operator', 'acct_ACone', 'ACone', 'PN' || n, '+' || n,
          'Number', '{}', 'active', 'unassigned', now(), now()
        from generate_series(1, ${count}::int) as n
      `.execute(db),
    assignAll: (agents) =>
      sql`
        update phone_number set agent_id = 'agent_' || (1 + substr(e164, 2)::int % ${agents}::int), updated_at = now()
      `.execute(db),
    putAgent: (id, { voice, messaging = { kind: "none" }, orgId = "org_1" }) =>
      sql`
        insert into agent (org_id, id, name, voice, messaging, created_at, updated_at)
        values (${orgId}, ${id}, 'Agent', ${jsonb(voice)}, ${jsonb(messaging)}, now(), now())
        on conflict (org_id, id) do update set voice = excluded.voice, messaging = excluded.messaging
      `.execute(db),
    addAgents: (count, voice) =>
      sql`
        insert into agent (org_id, id, name, voice, messaging, created_at, updated_at)
        select 'org_1', 'agent_' || n, 'Agent', ${jsonb(voice)}, '{"kind": "none"}', now(), now()
        from generate_series(1, ${count}::int) as n
      `.execute(db),
    clear: async () => {
      await sql`delete from phone_number`.execute(db);
      await sql`delete from agent`.execute(db);
      await database.changes.barrier();
    },
    close: () => database.close(),
  };
}

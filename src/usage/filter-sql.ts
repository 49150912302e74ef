import { type RawBuilder, sql } from "kysely";
import type { UsageFilter } from "./filter.ts";

/** The organization's rows that a filter asks for, but for their days. The rollups and the ledger name these columns alike. */
export function matches(orgId: string, filter: UsageFilter): RawBuilder<boolean> {
  const { agentId, phoneNumberId, kind, direction } = filter;
  const wanted = { org_id: orgId, agent_id: agentId, phone_number_id: phoneNumberId, kind, direction };
  const equalities = Object.entries(wanted)
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  return sql<boolean>`${sql.join(equalities, sql` and `)}`;
}

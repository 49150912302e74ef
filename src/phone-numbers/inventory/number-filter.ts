// What lists, counts and selections of numbers are narrowed by.
import { sql } from "kysely";
import type { Db } from "../../db/connect.ts";
import type { Verdict } from "../../twilio/verdict.ts";
import type { Health, PhoneNumber } from "../phone-number.ts";
import { hasVerdict } from "../verification/route-verdict-store.ts";
import { searchTexts } from "./number-search.ts";

export interface NumberFilter {
  readonly agentId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly assigned?: boolean | undefined;
  readonly health?: Health | undefined;
  /** Who answers, on one channel at least, as it was last seen; of a number that was changed since, nobody knows. */
  readonly verdict?: Verdict | undefined;
  readonly status?: PhoneNumber["status"] | undefined;
  /** Part of the number or of its friendly name. */
  readonly search?: string | undefined;
  /** Not empty. */
  readonly ids?: readonly string[] | undefined;
  /** What they are called in Twilio. */
  readonly sids?: readonly string[] | undefined;
}

/** A filter that may know already which numbers its search can be about. */
export interface NarrowedFilter extends NumberFilter {
  readonly candidates?: readonly string[] | undefined;
}

// So many are found in some milliseconds. A search that more could match is not narrowed: a list comes to its end soon
// then, and counts read the organization's numbers from an index.
const MAX_CANDIDATES = 2_000;
/** The index knows groups of three characters. */
const MIN_INDEXED_LENGTH = 3;

/** Finds, for a search, the numbers that may match it, whoever holds them, if they are few. */
export async function narrowed(db: Db, filter: NumberFilter): Promise<NarrowedFilter> {
  const texts = searchTexts(filter.search ?? "");
  if (texts.some((text) => text.length < MIN_INDEXED_LENGTH)) return filter;
  const found = await db
    // Planned as if all were wanted: knowing the limit, PostgreSQL may take reading all of the table to be cheaper.
    .with(
      (cte) => cte("found").materialized(),
      (qb) =>
        qb
          .selectFrom("phone_number_search")
          .select("phone_number_uid")
          .where((eb) =>
            eb.or(texts.map((text) => sql<boolean>`groups @> three_letter_groups(lower(${text}))`)),
          ),
    )
    .selectFrom("found")
    .select("phone_number_uid")
    .limit(MAX_CANDIDATES + 1)
    .execute();
  if (found.length > MAX_CANDIDATES) return filter;
  return { ...filter, candidates: found.map(({ phone_number_uid }) => phone_number_uid) };
}

export function filtered(db: Pick<Db, "selectFrom">, query: NarrowedFilter) {
  const texts = searchTexts(query.search ?? "");
  return db
    .selectFrom("phone_number")
    .$if(query.agentId !== undefined, (q) => q.where("agent_id", "=", query.agentId ?? ""))
    .$if(query.accountId !== undefined, (q) => q.where("account_id", "=", query.accountId ?? ""))
    .$if(query.assigned === true, (q) => q.where("agent_id", "is not", null))
    .$if(query.assigned === false, (q) => q.where("agent_id", "is", null))
    .$if(query.health !== undefined, (q) => q.where("health", "=", query.health ?? ""))
    .$if(query.verdict !== undefined, (q) => q.where(hasVerdict(query.verdict ?? "unknown")))
    .$if(query.status !== undefined, (q) => q.where("status", "=", query.status ?? "active"))
    .$if(query.ids !== undefined, (q) => q.where("id", "in", query.ids ?? []))
    .$if(query.sids !== undefined, (q) => q.where(sql<boolean>`sid = any(${sql.val(query.sids)}::text[])`))
    .$if(query.candidates !== undefined, (q) =>
      q.where(sql<boolean>`uid = any(${sql.val(query.candidates)}::uuid[])`),
    )
    .$if(query.search !== undefined, (q) =>
      // Small letters as the database itself makes them; the two may disagree about some.
      q.where((eb) => eb.or(texts.map((text) => sql<boolean>`strpos(search, lower(${text})) > 0`))),
    );
}

// A second rollup of the ledger, without the number: a report over thousands of numbers reads a hundredth of the rows.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `create table usage_agent_daily (
    org_id text not null,
    day date not null,
    -- Empty where no agent was assigned, or no price is known, as in usage_daily.
    agent_id text not null,
    kind text not null,
    direction text not null,
    price_unit text not null,
    count bigint not null,
    seconds bigint not null,
    minutes bigint not null,
    segments bigint not null,
    price numeric(20, 6) not null,
    primary key (org_id, day, agent_id, kind, direction, price_unit)
  )`,
  `insert into usage_agent_daily
    select org_id, day, agent_id, kind, direction, price_unit,
      sum(count), sum(seconds), sum(minutes), sum(segments), sum(price)
    from usage_daily group by org_id, day, agent_id, kind, direction, price_unit`,

  // A trigger, so that no way of adding an entry is missed. Once a statement, not once a row: a thousand charges of one
  // agent are one upsert. All rows are locked in one order, so that nodes that add at once cannot deadlock.
  `create function roll_up_by_agent() returns trigger language plpgsql as $$
    begin
      insert into usage_agent_daily as known
      select added.org_id, added.day, coalesce(added.agent_id, ''), added.kind, added.direction,
        coalesce(added.price_unit, ''), sum(added.count), sum(added.seconds),
        sum((leg.seconds + 59) / 60 - (leg.seconds - added.seconds + 59) / 60),
        sum(added.segments), sum(coalesce(added.price, 0))
      from added, lateral (
        select case when added.revision = 0 then added.seconds else (
          select sum(entry.seconds) from usage_entry as entry
          where entry.account_sid = added.account_sid and entry.sid = added.sid
            and entry.kind = added.kind and entry.revision <= added.revision
        ) end as seconds
      ) as leg
      group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
      on conflict (org_id, day, agent_id, kind, direction, price_unit) do update set
        count = known.count + excluded.count, seconds = known.seconds + excluded.seconds,
        minutes = known.minutes + excluded.minutes, segments = known.segments + excluded.segments,
        price = known.price + excluded.price;
      return null;
    end
  $$`,
  `create trigger usage_entry_rolled_up after insert on usage_entry
    referencing new table as added for each statement execute function roll_up_by_agent()`,

  // A sink that fails is tried again, but ever more rarely.
  `alter table usage_sink add column failures integer not null default 0`,
  `alter table usage_sink add column last_failure text`,
  `alter table usage_sink add column next_attempt_at timestamptz(3)`,
];

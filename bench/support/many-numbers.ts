// An organization that holds 100,000 numbers, put into the database directly.
import { Client } from "pg";

export const NUMBERS = 100_000;
const AGENTS = 100;

/** As wide as they are after an assignment: what was wanted, found and there before, some 500 bytes each. */
export async function fillNumbers(databaseUrl: string, orgId: string): Promise<void> {
  const client = new Client(`${databaseUrl}?options=-c%20search_path%3Dswitchhook`);
  await client.connect();
  await client.query(
    `insert into twilio_account (id, org_id, sid, friendly_name, status, credentials, created_at, updated_at)
     values ('acct_1', $1, 'AC1', '', 'active', '', now(), now())`,
    [orgId],
  );
  await client.query(
    `insert into agent (org_id, id, name, voice, messaging, created_at, updated_at)
     select $1, 'agent_' || n, 'Agent ' || n, '{"kind": "reject"}', '{"kind": "none"}', now(), now()
     from generate_series(0, ${AGENTS - 1}) as n`,
    [orgId],
  );
  await client.query(
    `insert into phone_number (uid, org_id, id, operator_org_id, account_id, account_sid, sid, e164, friendly_name,
       capabilities, status, agent_id, assigned_at, desired, observed, original, health, created_at, updated_at)
     select gen_random_uuid(), $1, 'phone_' || md5(n::text), $1, 'acct_1', 'AC1', 'PN' || md5(n::text),
       '+1' || 2000000000 + n * 7919::bigint % 1000000000, 'Branch ' || n, '{}', 'active',
       case when n % 10 < 9 then 'agent_' || n % ${AGENTS} end, now(), config, config, config,
       case when n % 10 = 9 then 'unassigned' when n % 97 = 0 then 'drifted' else 'ok' end, now(), now()
     from generate_series(0, ${NUMBERS - 1}) as n,
       lateral (select jsonb_build_object('urls', (select string_agg(md5((n + i)::text), '') from generate_series(1, 15) as i)) as config) as of_n`,
    [orgId],
  );
  // A sweep has said who answers each: of a thousand, one is shadowed, and of the unassigned every second is somebody else's.
  await client.query(
    `insert into swept_number (phone_number_uid, sweep_id, voice, sms, whatsapp, verdicts_seen_at)
     select uid, gen_random_uuid(), case when n % 1000 = 0 then 'shadowed' when n % 10 < 9 then 'ours'
       when n % 20 = 9 then 'foreign' else 'nobody' end, 'nobody', 'nobody', now()
     from (select uid, substr(friendly_name, 8)::int as n from phone_number) as number`,
  );
  // As autovacuum does sooner or later.
  await client.query("vacuum analyze phone_number, phone_number_search, swept_number");
  await client.end();
}

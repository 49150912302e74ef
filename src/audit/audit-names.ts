// What the ids of an entry are called. Beside the chain and not in it: a name may change, and what was hashed may not.
import { type RawBuilder, sql } from "kysely";

/** For people; null where nobody has given a name, or whatever had it is gone without one. */
export interface AuditNames {
  /** A user's or an API key's; null of another organization's. */
  readonly actor: string | null;
  /** A phone number in E.164, or the name of an agent, an account, an organization or an alert. */
  readonly target: string | null;
}

// Who has left the organization has done in it what they have done. But a number is lent and taken back by people of its
// operator's, whose names are not this organization's to know.
const actor = sql`coalesce(
  (select person.name from "user" person where person.id = actor ->> 'userId' and (
    action not in ('phone_number.allocate', 'phone_number.take_back')
    or exists (select 1 from member where "userId" = person.id and "organizationId" = audit_entry.org_id))),
  (select apikey.name from apikey
    where apikey.id = substring(actor ->> 'userId' from '^key:(.*)$') and apikey."referenceId" = audit_entry.org_id)
)`;

// A number is called what it was when the organization held it: its id may have passed to another one since.
const number = sql`(
  select tenure.e164 from number_tenure tenure
  where tenure.org_id = audit_entry.org_id and tenure.phone_number_id = target_id
  order by tenure.since <= audit_entry.at desc, tenure.since desc limit 1
)`;

const kept = (name: string) => sql`before ->> ${sql.lit(name)}, after ->> ${sql.lit(name)}`;

const target = sql`case target_type
  when 'phone_number' then ${number}
  when 'agent' then coalesce(
    (select agent.name from agent where agent.org_id = audit_entry.org_id and agent.id = target_id), ${kept("name")})
  when 'twilio_account' then coalesce(
    (select account.friendly_name from twilio_account account
      where account.org_id = audit_entry.org_id and account.id = target_id), ${kept("friendlyName")})
  when 'organization' then (select organization.name from organization where organization.id = target_id)
  when 'alert' then after ->> 'title'
end`;

/** The names of an `audit_entry`, in the statement that selects it. */
export const auditNames: RawBuilder<AuditNames> = sql`json_build_object('actor', ${actor}, 'target', ${target})`;

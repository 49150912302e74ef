// A fleet for measurements: an account whose numbers are all assigned, the same in an emulated Twilio and in a database.
import { Client } from "pg";
import { webhookUrls } from "../../src/twilio/webhook-urls.ts";

export const FLEET_PUBLIC_URL = "https://switchhook.example.com";
export const FLEET_AUTH_TOKEN = "a-made-up-token-for-the-benchmark";
export const FLEET_AGENT = "agent";

export interface Fleet {
  readonly accountSid: string;
  readonly size: number;
  /** The index of its first number; no two fleets share one. */
  readonly first: number;
}

/** Room for this many numbers a fleet. */
const INDICES = 1_000_000;

export function fleetsOf(sizes: readonly number[]): readonly Fleet[] {
  return sizes.map((size, index) => ({
    accountSid: `AC${String(index + 1).repeat(32)}`,
    size,
    first: (index + 1) * INDICES,
  }));
}

export function numberSid(index: number): string {
  return `PN${index.toString(16).padStart(32, "0")}`;
}

export function e164(index: number): string {
  return `+1628${String(index).padStart(7, "0")}`;
}

const urls = webhookUrls(FLEET_PUBLIC_URL, FLEET_AGENT);
/** What an assignment with SMS leaves in Twilio. */
const FIELDS = {
  voiceUrl: urls.voiceUrl,
  voiceMethod: "POST",
  voiceFallbackUrl: urls.voiceFallbackUrl,
  voiceFallbackMethod: "POST",
  statusCallback: urls.statusUrl,
  statusCallbackMethod: "POST",
  voiceApplicationSid: "",
  trunkSid: "",
  smsUrl: urls.messageUrl,
  smsMethod: "POST",
  smsFallbackUrl: urls.messageFallbackUrl,
  smsFallbackMethod: "POST",
  smsApplicationSid: "",
};

/** The same under Twilio's names. */
export const FIELDS_IN_TWILIO = {
  voice_url: FIELDS.voiceUrl,
  voice_fallback_url: FIELDS.voiceFallbackUrl,
  status_callback: FIELDS.statusCallback,
  sms_url: FIELDS.smsUrl,
  sms_fallback_url: FIELDS.smsFallbackUrl,
};

/** Puts a fleet's numbers into the database, as so many imports and assignments would leave them. */
export async function fillFleet(
  databaseUrl: string,
  orgId: string,
  accountId: string,
  { accountSid, size, first }: Fleet,
): Promise<void> {
  const client = new Client(`${databaseUrl}?options=-c%20search_path%3Dswitchhook`);
  await client.connect();
  await client.query(
    `insert into phone_number (uid, org_id, id, operator_org_id, account_id, account_sid, sid, e164, friendly_name,
       capabilities, status, agent_id, sms_enabled, assigned_at, desired, observed, observed_at, health, created_at, updated_at)
     select gen_random_uuid(), $1, 'phone_' || n, $1, $2, $3, sid, '+1628' || lpad(n::text, 7, '0'), 'Branch ' || n,
       '{"voice": true, "sms": true, "mms": true, "fax": false}', 'active', $4, true, now(), config, config, now(), 'ok', now(), now()
     from generate_series($5::int, $5::int + $6::int - 1) as n,
       lateral (select 'PN' || lpad(to_hex(n), 32, '0') as sid) as named,
       lateral (select jsonb_build_array(jsonb_build_object('resource', 'number', 'sid', sid, 'fields', $7::jsonb)) as config) as of_n`,
    [orgId, accountId, accountSid, FLEET_AGENT, first, size, JSON.stringify(FIELDS)],
  );
  // As autovacuum does sooner or later.
  await client.query("vacuum analyze phone_number");
  await client.end();
}

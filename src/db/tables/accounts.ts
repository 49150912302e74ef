export interface TwilioAccountTable {
  id: string;
  org_id: string;
  sid: string;
  parent_sid: string | null;
  friendly_name: string;
  status: string;
  /** Ciphertext; see base/vault.ts. */
  credentials: string;
  created_at: Date;
  updated_at: Date;
}

export interface AccountsTables {
  twilio_account: TwilioAccountTable;
}

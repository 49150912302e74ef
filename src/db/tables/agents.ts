export interface AgentTable {
  org_id: string;
  id: string;
  name: string;
  voice: unknown;
  messaging: unknown;
  /** Ciphertext; null until the agent has a webhook. */
  webhook_secrets: string | null;
  created_at: Date;
  updated_at: Date;
}

export interface AgentsTables {
  agent: AgentTable;
}

export interface AuditHeadTable {
  org_id: string;
  seq: number;
  hash: string;
}

export interface AuditEntryTable {
  org_id: string;
  seq: number;
  id: string;
  at: Date;
  actor: unknown;
  action: string;
  target_type: string;
  target_id: string;
  before: unknown;
  after: unknown;
  outcome: string;
  request_id: string;
  prev_hash: string;
  hash: string;
}

export interface AuditTables {
  audit_head: AuditHeadTable;
  audit_entry: AuditEntryTable;
}

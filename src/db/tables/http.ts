export interface IdempotencyKeyTable {
  org_id: string;
  key: string;
  request_hash: string;
  response_status: number | null;
  response_body: unknown;
  response_location: string | null;
  locked_until: Date;
  created_at: Date;
}

export interface HttpTables {
  idempotency_key: IdempotencyKeyTable;
}

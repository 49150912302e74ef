import type { Generated } from "kysely";

export interface BatchTable {
  id: string;
  org_id: string;
  state: string;
  intent: unknown;
  selection: unknown;
  /** The numbers that the selection names, in the order of their ids; null for any other selection. */
  number_ids: unknown;
  selected_count: number;
  /** Who planned it. */
  actor: unknown;
  applied_by: unknown;
  /** How it is to be applied as soon as it is planned; null when somebody wants to see the plan first. */
  apply_when_planned: unknown;
  canary_size: number | null;
  failure_budget: number | null;
  canary_verified_at: Date | null;
  stopped: unknown;
  undoes: string | null;
  /** How far planning has come; null at its end. */
  planned_through: string | null;
  item_count: Generated<number>;
  counts: unknown;
  per_second: number | null;
  /** Grows with whatever there is to see. */
  revision: Generated<number>;
  lease_owner: string | null;
  /** Until when it belongs to its runner; when that has passed, a runner has to look at it. Null: nothing is left to do. */
  lease_until: Date | null;
  expires_at: Date | null;
  applied_at: Date | null;
  ended_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface BatchItemTable {
  batch_id: string;
  position: number;
  phone_number_uid: string;
  phone_number_id: string;
  /** The assignment that planning saw. */
  previous: unknown;
  changes: unknown;
  withheld: unknown;
  /** In a batch that undoes another: the operation that is taken back. */
  undoes: string | null;
  state: string;
  /** Taken after the others, and one at a time. */
  is_deferred: boolean;
  operation_id: string | null;
  attempts: Generated<number>;
  problem: unknown;
}

export interface FleetTables {
  batch: BatchTable;
  batch_item: BatchItemTable;
}

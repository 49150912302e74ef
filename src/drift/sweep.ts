/** A pass over a whole Twilio account by paging its lists. */
export interface Sweep {
  /** Of the connection whose numbers are compared. */
  readonly accountId: string;
  readonly id: string;
  /** Undefined: it has ended. */
  readonly leaseUntil: Date | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
  readonly failure: string | undefined;
  /** Of the last sweep that was through with everything. */
  readonly counts: SweepCounts | undefined;
  readonly completedAt: Date | undefined;
}

export interface SweepCounts {
  /** Numbers in the Twilio account. */
  readonly listed: number;
  /** Numbers of ours among them. */
  readonly compared: number;
  /** Numbers that an operation was changing, or that were looked at anew meanwhile. */
  readonly passed: number;
  /** Numbers of ours that are not in the account any more. */
  readonly vanished: number;
  /** Differences that were not known before. */
  readonly opened: number;
  /** Known ones that are gone. */
  readonly ended: number;
  readonly healed: number;
}

export const NOTHING_COUNTED: SweepCounts = {
  listed: 0,
  compared: 0,
  passed: 0,
  vanished: 0,
  opened: 0,
  ended: 0,
  healed: 0,
};

export function added(counts: SweepCounts, more: Partial<SweepCounts>): SweepCounts {
  const sum = (name: keyof SweepCounts) => counts[name] + (more[name] ?? 0);
  return {
    listed: sum("listed"),
    compared: sum("compared"),
    passed: sum("passed"),
    vanished: sum("vanished"),
    opened: sum("opened"),
    ended: sum("ended"),
    healed: sum("healed"),
  };
}

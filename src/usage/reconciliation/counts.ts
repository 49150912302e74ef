/** What came of reading Twilio's records. */
export interface Counts {
  /** Records of the window. */
  readonly seen: number;
  /** Of these: about numbers that somebody here held at that time. */
  readonly recorded: number;
  /** About numbers that nobody here held. */
  readonly nobodys: number;
  /** Not understood. */
  readonly unreadable: number;
  /** Entries of the ledger: what no callback had told us of, and what was different. */
  readonly charges: number;
  readonly corrections: number;
  /** False when time or pages ran out; the rest is for the next run. */
  readonly isComplete: boolean;
}

export const NO_COUNTS: Counts = {
  seen: 0,
  recorded: 0,
  nobodys: 0,
  unreadable: 0,
  charges: 0,
  corrections: 0,
  isComplete: true,
};

export function plus(a: Counts, b: Partial<Counts>): Counts {
  return {
    seen: a.seen + (b.seen ?? 0),
    recorded: a.recorded + (b.recorded ?? 0),
    nobodys: a.nobodys + (b.nobodys ?? 0),
    unreadable: a.unreadable + (b.unreadable ?? 0),
    charges: a.charges + (b.charges ?? 0),
    corrections: a.corrections + (b.corrections ?? 0),
    isComplete: a.isComplete && (b.isComplete ?? true),
  };
}

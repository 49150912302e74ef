// What comes back for a request, and what the answers of one round trip say together. Pure.

export interface Answer {
  /** `refused`: 429. `failed`: 5xx or none at all, which says nothing about the limit. */
  readonly outcome: "clean" | "refused" | "failed";
  /** The request's place in the order in which this process sent them; 1 is the first. */
  readonly serial: number;
  /** The place of the request that was sent last. */
  readonly lastSerial: number;
  /** How many this process had under way with this one, itself included: the most that is known of. */
  readonly own: number;
  /** How many the whole account had under way, where Twilio said so. */
  readonly account: number | undefined;
  /** How many times as long as the fastest of its kind it took. */
  readonly slowness: number;
  /** Whether others wait for their turn: only then is it the limit that holds us back. */
  readonly isHeldBack: boolean;
}

/** A round trip: from one answer to the first answer to a request that was sent after it. */
export interface Round {
  readonly lastSerial: number;
  readonly own: number;
  readonly ownBefore: number;
  readonly account: number;
  readonly leastSlowness: number;
  readonly isHeldBack: boolean;
}

const NOTHING_SEEN = { own: 0, account: 0, leastSlowness: Number.POSITIVE_INFINITY, isHeldBack: false };

export const FIRST_ROUND: Round = { ...NOTHING_SEEN, lastSerial: 0, ownBefore: 0 };

export function nextRound({ own }: Round, lastSerial: number): Round {
  return { ...NOTHING_SEEN, lastSerial, ownBefore: own };
}

export function withAnswer(round: Round, { outcome, own, account = 0, slowness, isHeldBack }: Answer): Round {
  return {
    ...round,
    own: Math.max(round.own, own),
    account: Math.max(round.account, account),
    leastSlowness: outcome === "clean" ? Math.min(round.leastSlowness, slowness) : round.leastSlowness,
    isHeldBack: round.isHeldBack || isHeldBack,
  };
}

/** What Twilio counted and this process did not send. */
export function seenOthers(round: Round): number {
  return Math.max(0, round.account - peakOwn(round));
}

export function peakOwn({ own, ownBefore }: Round): number {
  return Math.max(own, ownBefore);
}

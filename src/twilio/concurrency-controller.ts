// How many requests of this process may be under way at Twilio for one account. Pure: an answer goes in, the limit comes
// out. Twilio limits how many an account has under way and does not say to how many, so it is found out: more while
// answers are clean (additive increase), a share less when one is refused or all get slow (multiplicative decrease).
// Everything is counted in answers and round trips, nothing in seconds: where Twilio is fast, it is learnt fast.
import { FIRST_PROBE, type Probe, probeAfterRefusal, probeAfterStep } from "./ceiling-probe.ts";
import {
  type Answer,
  FIRST_ROUND,
  nextRound,
  peakOwn,
  type Round,
  seenOthers,
  withAnswer,
} from "./round-trip.ts";

export interface Concurrency {
  /** How many requests of this process may be under way: the whole part, 1 or more. */
  readonly limit: number;
  /** How many the account may have under way, as far as is known; Infinity until one was refused. */
  readonly ceiling: number;
  /** How many others than this process have under way on the account. */
  readonly others: number;
  readonly probe: Probe;
  readonly cut: Cut;
  readonly round: Round;
}

/** The last decrease for a refusal. */
interface Cut {
  /** What was sent up to here was sent before it, so it is no reason for another. */
  readonly lastSerial: number;
  readonly floor: number;
}

/** What the official SDK sends at once as well, so every account can be expected to bear it. */
const START = 20;
/** For a clean answer before the first refusal: a round trip overshoots by an eighth at most. */
const START_STEP = 1 / 8;
/** Of the ceiling, per round trip: alike for every process of the account, so that their shares grow alike. */
const STEP = 0.05;
/** Of the room that is left, where others reach for it too. */
const SHARED_STEP = 0.25;
const DECREASE = 0.9;
/** No decrease takes more: a 429 may be about something else than the account's concurrency. */
const LARGEST_DECREASE = 0.5;
/** Where even the fastest answer of a round trip took so many times as long as usual. */
const SLOWNESS = { stopsIncrease: 1.5, decreases: 2 };
/** How often a process at the ceiling makes room, where there are others. */
const YIELD_ROUNDS = 20;
/** What is kept of the others' number for a round trip in which fewer were seen. */
const OTHERS_KEPT = 0.75;

export const INITIAL_CONCURRENCY: Concurrency = {
  limit: START,
  ceiling: Number.POSITIVE_INFINITY,
  others: 0,
  probe: FIRST_PROBE,
  cut: { lastSerial: 0, floor: 1 },
  round: FIRST_ROUND,
};

export function afterAnswer(before: Concurrency, answer: Answer): Concurrency {
  const state = { ...before, round: withAnswer(before.round, answer) };
  if (answer.outcome === "refused") return afterRefusal(state, answer);
  const next = answer.outcome === "clean" ? afterClean(state, answer) : state;
  return answer.serial > next.round.lastSerial ? afterRound(next, answer.lastSerial) : next;
}

function afterClean(state: Concurrency, { account = 0 }: Answer): Concurrency {
  const { limit, round } = state;
  // So many were borne, whatever was believed.
  if (hasCeiling(state)) return { ...state, ceiling: Math.max(state.ceiling, account) };
  const grows = round.isHeldBack && round.leastSlowness < SLOWNESS.stopsIncrease;
  return grows ? { ...state, limit: limit + START_STEP } : state;
}

function hasCeiling({ ceiling }: Concurrency): boolean {
  return ceiling !== Number.POSITIVE_INFINITY;
}

function afterRefusal(before: Concurrency, { serial, lastSerial, account }: Answer): Concurrency {
  const state = { ...before, others: Math.max(before.others, seenOthers(before.round)) };
  const { limit, others, cut } = state;
  if (serial <= cut.lastSerial) return lowered(state, account ?? Number.POSITIVE_INFINITY, cut.floor);
  const floor = Math.max(1, limit * LARGEST_DECREASE);
  // Twilio counts what it refuses as well, so it may say more than was too many.
  const tooMany = Math.min(account ?? Number.POSITIVE_INFINITY, peakOwn(state.round) + others);
  const below = lowered(state, tooMany, floor);
  return {
    ...below,
    limit: Math.max(floor, below.limit * DECREASE),
    probe: probeAfterRefusal(state.probe, account),
    cut: { lastSerial, floor },
  };
}

/** The account may have fewer under way than so many. */
function lowered(state: Concurrency, tooMany: number, floor: number): Concurrency {
  const ceiling = Math.max(floor + state.others, Math.min(state.ceiling, tooMany - 1));
  return { ...state, ceiling, limit: Math.min(state.limit, Math.max(floor, share({ ...state, ceiling }))) };
}

/** What is left of the limit when everybody gives way alike, so that the account stays below its ceiling. */
function share({ limit, ceiling, others }: Concurrency): number {
  const total = limit + others;
  return total > ceiling ? Math.max(1, (limit * ceiling) / total) : limit;
}

function afterRound(before: Concurrency, lastSerial: number): Concurrency {
  const { round } = before;
  const others = Math.max(seenOthers(round), Math.floor(before.others * OTHERS_KEPT));
  const state = { ...before, others };
  const within = { ...state, limit: share(state) };
  const next = round.isHeldBack ? afterBusyRound(within) : within;
  return { ...next, round: nextRound(round, lastSerial) };
}

function afterBusyRound(state: Concurrency): Concurrency {
  const { limit, ceiling, others, round } = state;
  const wereAllSlow = Number.isFinite(round.leastSlowness) && round.leastSlowness >= SLOWNESS.decreases;
  // Twilio may be slow for everybody, which fewer requests do not help; so this alone never goes below the start.
  if (wereAllSlow) return { ...state, limit: Math.min(limit, Math.max(START, limit * DECREASE)) };
  if (!hasCeiling(state) || round.leastSlowness >= SLOWNESS.stopsIncrease) return state;
  const room = ceiling - others - limit;
  if (room < 1) return atCeiling({ ...state, limit: Math.max(limit, ceiling - others) });
  const step = Math.max(1, ceiling * STEP);
  return { ...state, limit: limit + Math.min(step, others > 0 ? room * SHARED_STEP : room) };
}

function atCeiling(state: Concurrency): Concurrency {
  const { limit, ceiling, others, probe } = state;
  const dueInRounds = probe.dueInRounds - 1;
  if (dueInRounds === 0) {
    return { ...state, ceiling: ceiling + probe.step, probe: probeAfterStep(probe, ceiling) };
  }
  // Two that hold still would keep the shares that chance gave them.
  const isYielding = others > 0 && dueInRounds % YIELD_ROUNDS === 0;
  return {
    ...state,
    limit: isYielding ? Math.max(1, limit * DECREASE) : limit,
    probe: { ...probe, dueInRounds },
  };
}

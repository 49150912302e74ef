// Creates a message or a call at most once. Twilio takes no idempotency key, and a request without an answer may have
// taken effect; so before anything is decided, and before anything is tried again, Twilio's own list is read.
import { addMs, type Clock } from "../base/clock.ts";
import { MINUTE_MS } from "../base/durations.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { sendProblem, unknownSendOutcome } from "./send-problem.ts";

export interface Creation<R> {
  create(): Promise<R>;
  /** Those in Twilio's list that look like this one, created at `since` or later. */
  find(since: Date): Promise<readonly R[]>;
  /** Of those found, the ones that were not the answer to another request. */
  unanswered(found: readonly R[]): Promise<readonly R[]>;
}

export interface Created<R> {
  readonly report: R;
  /** `found`: Twilio did not say so, but its list does. */
  readonly outcome: "answered" | "found";
}

/** What is created shows in Twilio's list a moment later. */
const LOOKS = 3;
const LOOK_EVERY_MS = 1_000;
/** Twilio's times have no fractions of a second, and its clock is not quite ours. */
const CLOCK_TOLERANCE_MS = 2_000;
/** By how much the clocks may differ at the worst. What is this early may be the earlier attempt's, or another request's. */
const CLOCK_DOUBT_MS = 5 * MINUTE_MS;

/**
 * @param unfinishedSince when an earlier attempt at the same began, of which nobody knows how it ended
 * @throws AppError `send_outcome_unknown` where it may have been created and cannot be told from others;
 * `recipient_…`, `twilio_…` where it was not
 */
export async function createOnce<R>(
  clock: Clock,
  creation: Creation<R>,
  unfinishedSince: Date | undefined,
): Promise<Created<R>> {
  const earlier = unfinishedSince && (await findEarlier(creation, unfinishedSince));
  if (earlier) return { report: earlier, outcome: "found" };
  const since = addMs(clock.now(), -CLOCK_TOLERANCE_MS);
  try {
    return { report: await creation.create(), outcome: "answered" };
  } catch (error) {
    if (error instanceof TwilioError && !error.isAmbiguous) throw sendProblem(error);
    // Also an answer that makes no sense: it may stand for one that does.
    return { report: await lookFor(clock, creation, since, error), outcome: "found" };
  }
}

/**
 * The earlier attempt is long over: what Twilio's list does not have by now was not created. What it has is this attempt's
 * only if it is the one thing that could be, and nobody else's answer.
 */
async function findEarlier<R>(creation: Creation<R>, unfinishedSince: Date): Promise<R | undefined> {
  const found = await findOrThrow(creation, addMs(unfinishedSince, -CLOCK_TOLERANCE_MS));
  if (found.length > 0) {
    const [earlier] = await creation.unanswered(found);
    if (found.length > 1 || !earlier) throw unknownSendOutcome(undefined);
    return earlier;
  }
  const doubtful = await findOrThrow(creation, addMs(unfinishedSince, -CLOCK_DOUBT_MS));
  if (doubtful.length > 0) throw unknownSendOutcome(undefined);
  return undefined;
}

async function findOrThrow<R>(creation: Creation<R>, since: Date): Promise<readonly R[]> {
  return creation.find(since).catch((error: unknown) => {
    throw unknownSendOutcome(error);
  });
}

/** @throws AppError `send_outcome_unknown` */
async function lookFor<R>(clock: Clock, creation: Creation<R>, since: Date, cause: unknown): Promise<R> {
  for (let look = 1; look <= LOOKS; look++) {
    // Where nothing can be read, nothing is seen.
    const [first, ...others] = await findUnanswered(creation, since).catch(() => []);
    if (others.length > 0) break;
    if (first) return first;
    if (look < LOOKS) await clock.sleep(LOOK_EVERY_MS);
  }
  throw unknownSendOutcome(cause);
}

async function findUnanswered<R>(creation: Creation<R>, since: Date): Promise<readonly R[]> {
  return creation.unanswered(await creation.find(since));
}

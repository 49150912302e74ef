// When the ceiling that a refusal has shown is questioned, and by how much: Twilio may have raised it. Pure.

export interface Probe {
  readonly step: number;
  readonly dueInRounds: number;
  /** How long to leave the ceiling alone after a refusal: longer with every probe that is refused. */
  readonly patienceRounds: number;
}

const AFTER_ROUNDS = { first: 20, again: 2, atMost: 160 };
/**
 * More than the one place that batches leave free at least: so one of a batch is refused, and not who asks for something
 * meanwhile and takes the place that is in question.
 */
const FIRST_STEP = 2;
/** Of the ceiling. */
const LARGEST_STEP = 0.25;

export const FIRST_PROBE: Probe = {
  step: FIRST_STEP,
  dueInRounds: AFTER_ROUNDS.first,
  patienceRounds: AFTER_ROUNDS.first,
};

export function probeAfterRefusal({ patienceRounds }: Probe, account: number | undefined): Probe {
  // Without Twilio's number the ceiling is only what others have left us, which changes more often.
  const longer = account === undefined ? AFTER_ROUNDS.first : patienceRounds * 2;
  const rounds = Math.min(AFTER_ROUNDS.atMost, longer);
  return { step: FIRST_STEP, dueInRounds: rounds, patienceRounds: rounds };
}

/** While no step is refused, the next is twice as long. */
export function probeAfterStep(probe: Probe, ceiling: number): Probe {
  return {
    step: Math.max(1, Math.min(probe.step * 2, ceiling * LARGEST_STEP)),
    dueInRounds: AFTER_ROUNDS.again,
    patienceRounds: probe.step > 1 ? AFTER_ROUNDS.first : probe.patienceRounds,
  };
}

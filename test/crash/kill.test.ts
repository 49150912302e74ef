// The process is killed at every moment of a change, and another one on the same database finishes what it left: Twilio
// and the database agree afterwards, on the state before or on the state after.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { CrashLine, type End, type Moment, type Reference } from "./crash-line.ts";
import { SCENARIOS, type Scenario, TAKEOVER } from "./scenarios.ts";

/**
 * One kill ends a process in which every number's change is held at another moment. With CRASH_ONE_BY_ONE each moment has
 * a process of its own: the same guarantee without company, in some minutes.
 */
const isOneByOne = process.env.CRASH_ONE_BY_ONE !== undefined;
const TIMEOUT_MS = isOneByOne ? 600_000 : 120_000;

describeEachDatabase("a process that is killed", (database) => {
  let line: CrashLine;
  beforeAll(async () => {
    line = await CrashLine.begin(database);
  });
  afterAll(() => line.end());

  test.each(SCENARIOS.map((scenario) => ({ ...scenario })))(
    "at any step of $name leaves nothing half done",
    { timeout: TIMEOUT_MS },
    async (scenario) => {
      const reference = await line.undisturbed(scenario);
      const steps = reference.steps.map((_, index): Moment => ({ at: "step", ordinal: index + 1 }));
      const ends = await killAt(line, scenario, steps, reference);
      // Each way out is taken, or the kills were not where they were meant to be.
      const ways: readonly End[] =
        scenario.outcome === "committed" ? ["as before", "changed whole"] : ["as before"];
      expect([...new Set(ends)].toSorted()).toEqual(ways);
    },
  );

  test("while Twilio does not answer leaves nothing half done", { timeout: TIMEOUT_MS }, async () => {
    const reference = await line.undisturbed(TAKEOVER);
    expect(reference.writeCount).toBe(3);
    const writes = [1, 2, 3].flatMap((ordinal): readonly [Moment, End][] => [
      [{ at: "hang", ordinal }, "as before"],
      [{ at: "applyThenHang", ordinal }, ordinal === 3 ? "changed whole" : "as before"],
      // It lands when recovery has taken back what it saw.
      [{ at: "hangThenApply", ordinal }, "as before"],
    ]);
    const moments = writes.map(([moment]) => moment);
    const ends = await killAt(line, TAKEOVER, moments, reference);
    expect(ends).toEqual(writes.map(([, end]) => end));
  });
});

async function killAt(
  line: CrashLine,
  scenario: Scenario,
  moments: readonly Moment[],
  reference: Reference,
): Promise<readonly End[]> {
  if (!isOneByOne) return line.kill(scenario, moments, reference);
  const ends: End[] = [];
  for (const moment of moments) ends.push(...(await line.kill(scenario, [moment], reference)));
  return ends;
}

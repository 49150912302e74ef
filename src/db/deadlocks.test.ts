import { expect, test } from "vitest";
import { repeatOnDeadlock } from "./deadlocks.ts";

const failure = (code: string) => Object.assign(new Error("refused"), { code });

/** A statement that fails so often, and how often it was run. */
function failing(times: number, code: string) {
  let runs = 0;
  const run = async () => {
    runs++;
    if (runs <= times) throw failure(code);
    return "done";
  };
  return { run, runs: () => runs };
}

test.each(["40P01", "40001"])("what was given up for another (%s) is run again", async (code) => {
  const statement = failing(3, code);
  expect(await repeatOnDeadlock(statement.run)).toBe("done");
  expect(statement.runs()).toBe(4);
});

test("but not for ever", async () => {
  const statement = failing(4, "40P01");
  await expect(repeatOnDeadlock(statement.run)).rejects.toThrow("refused");
  expect(statement.runs()).toBe(4);
});

test("any other failure is one at once", async () => {
  const statement = failing(1, "23505");
  await expect(repeatOnDeadlock(statement.run)).rejects.toThrow("refused");
  expect(statement.runs()).toBe(1);
});

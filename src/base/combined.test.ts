import { expect, test } from "vitest";
import { combined } from "./combined.ts";

class Refused extends Error {}

/** Doubles numbers and refuses negative ones; `groups` are what it was given, and each waits until it is let go. */
function doubling(maxSize = 10) {
  const groups: (readonly number[])[] = [];
  const goOn: (() => void)[] = [];
  const double = combined<number, number>({
    perform: async (numbers) => {
      groups.push(numbers);
      await new Promise<void>((resolve) => goOn.push(resolve));
      if (numbers.some((number) => number < 0)) throw new Refused();
      if (numbers.includes(0)) throw new Error("The database is gone.");
      return numbers.map((number) => 2 * number);
    },
    maxSize,
    isAboutOne: (error) => error instanceof Refused,
  });
  /** Until nothing waits any more. */
  const letGo = async (settled: Promise<unknown>) => {
    let isSettled = false;
    void settled.then(() => {
      isSettled = true;
    });
    while (!isSettled) {
      goOn.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { double, groups, letGo };
}

test("what comes while a group is under way goes out together after it, and each gets its own", async () => {
  const { double, groups, letGo } = doubling();
  const all = Promise.all([1, 2, 3, 4].map(double));
  await letGo(all);
  expect(await all).toEqual([2, 4, 6, 8]);
  expect(groups).toEqual([[1], [2, 3, 4]]);
});

test("a group is no larger than it may be", async () => {
  const { double, groups, letGo } = doubling(2);
  await letGo(Promise.all([1, 2, 3, 4].map(double)));
  expect(groups).toEqual([[1], [2, 3], [4]]);
});

test("one that is refused costs the others of its group nothing", async () => {
  const { double, groups, letGo } = doubling();
  const all = Promise.allSettled([1, 2, -3, 4].map(double));
  await letGo(all);
  expect((await all).map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(groups).toEqual([[1], [2, -3, 4], [2], [-3], [4]]);
});

test("what is nobody's fault is not tried once for each", async () => {
  const { double, groups, letGo } = doubling();
  const all = Promise.allSettled([1, 0, 3].map(double));
  await letGo(all);
  expect((await all).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(groups).toEqual([[1], [0, 3]]);
});

test("goes on after a failure", async () => {
  const { double, letGo } = doubling();
  const failed = Promise.allSettled([double(0)]);
  await letGo(failed);
  const again = double(5);
  await letGo(again);
  expect(await again).toBe(10);
});

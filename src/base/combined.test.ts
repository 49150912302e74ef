import { expect, test } from "vitest";
import { combined } from "./combined.ts";

class Refused extends Error {}

/** Doubles numbers, refuses negative ones and fails on 0; `groups` are what it was given. */
function doubling(maxSize = 10) {
  const groups: (readonly number[])[] = [];
  const double = combined<number, number>({
    perform: async (numbers) => {
      groups.push(numbers);
      await new Promise((resolve) => setImmediate(resolve));
      if (numbers.some((number) => number < 0)) throw new Refused();
      if (numbers.includes(0)) throw new Error("The database is gone.");
      return numbers.map((number) => 2 * number);
    },
    maxSize,
    isAboutOne: (error) => error instanceof Refused,
  });
  return { double, groups };
}

test("outputs that are not one for each input are nobody's", async () => {
  const short = combined<number, number>({ perform: async () => [], maxSize: 10, isAboutOne: () => false });
  await expect(short(1)).rejects.toThrow("0 outputs for 1 inputs");
});

const statusesOf = async (all: readonly Promise<number>[]) =>
  (await Promise.allSettled(all)).map(({ status }) => status);

test("what comes while a group is under way goes out together after it, and each gets its own", async () => {
  const { double, groups } = doubling();
  expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
  expect(groups).toEqual([[1], [2, 3, 4]]);
});

test("a group is no larger than it may be", async () => {
  const { double, groups } = doubling(2);
  await Promise.all([1, 2, 3, 4].map(double));
  expect(groups).toEqual([[1], [2, 3], [4]]);
});

test("one that is refused costs the others of its group nothing", async () => {
  const { double, groups } = doubling();
  expect(await statusesOf([1, 2, -3, 4].map(double))).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(groups).toEqual([[1], [2, -3, 4], [2], [-3], [4]]);
});

test("what is nobody's fault is not tried once for each", async () => {
  const { double, groups } = doubling();
  expect(await statusesOf([1, 0, 3].map(double))).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(groups).toEqual([[1], [0, 3]]);
});

test("goes on after a failure", async () => {
  const { double } = doubling();
  expect(await statusesOf([double(0)])).toEqual(["rejected"]);
  expect(await double(5)).toBe(10);
});

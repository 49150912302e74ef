import { expect, test } from "vitest";
import { settableClock } from "../../test/support/clock.ts";
import { addMs } from "../base/clock.ts";
import { readPages, type SdkPage } from "./sdk-pages.ts";

/** A list of pages, and which of them were asked for. */
function list(...pages: readonly (readonly string[])[]) {
  const asked: number[] = [];
  const pageAt = async (index: number): Promise<SdkPage<string>> => {
    asked.push(index);
    const isLast = index + 1 >= pages.length;
    return {
      instances: pages[index] ?? [],
      ...(isLast ? {} : { nextPageUrl: `/${index + 1}` }),
      nextPage: () => (isLast ? undefined : pageAt(index + 1)),
    };
  };
  return { first: () => pageAt(0), asked };
}

const clock = settableClock();
const limits = { clock, until: addMs(clock.now(), 1_000) };

async function read(first: () => Promise<SdkPage<string>>, more: object = {}, eachTakesMs = 0) {
  const taken: string[] = [];
  const isComplete = await readPages(first, { ...limits, ...more }, async (records) => {
    taken.push(...records);
    clock.advance(eachTakesMs);
  });
  return { taken, isComplete };
}

test("a list is read to its end, one page at a time", async () => {
  const { first } = list(["a", "b"], [], ["c"]);
  expect(await read(first)).toEqual({ taken: ["a", "b", "c"], isComplete: true });
});

test("a list that is read ahead is asked for its next page while one is dealt with", async () => {
  const { first, asked } = list(["a"], ["b"], ["c"]);
  const askedBefore: number[] = [];
  await readPages(first, { ...limits, isAhead: true }, async () => void askedBefore.push(asked.length));
  expect(askedBefore).toEqual([2, 3, 3]);
});

test("a list of one page, which takes all the time there is, is complete", async () => {
  const { first } = list(["a"]);
  expect(await read(first, { maxPages: 1, until: clock.now() })).toEqual({ taken: ["a"], isComplete: true });
});

test("a list that does not end is read so far and no further", async () => {
  const { first, asked } = list(["a"], ["b"], ["c"]);
  expect(await read(first, { maxPages: 2 })).toEqual({ taken: ["a", "b"], isComplete: false });
  expect(asked).toEqual([0, 1]);
});

test("when the time is over no further page is asked for", async () => {
  const { first, asked } = list(["a"], ["b"], ["c"]);
  const until = addMs(clock.now(), 1_500);
  expect(await read(first, { until }, 1_000)).toEqual({ taken: ["a", "b"], isComplete: false });
  expect(asked).toEqual([0, 1]);
});

test("a page that cannot be dealt with is the last", async () => {
  const { first, asked } = list(["a"], ["b"]);
  const failing = readPages(first, limits, () => Promise.reject(new Error("no database")));
  await expect(failing).rejects.toThrow("no database");
  expect(asked).toEqual([0]);
});

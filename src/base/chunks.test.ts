import { expect, test } from "vitest";
import { chunksOf } from "./chunks.ts";

test.each<[readonly number[], number[][]]>([
  [[], []],
  [[1], [[1]]],
  [[1, 2], [[1, 2]]],
  [
    [1, 2, 3, 4, 5],
    [[1, 2], [3, 4], [5]],
  ],
])("%j comes in chunks, nothing is lost and the order is kept", (items, chunks) => {
  expect([...chunksOf(items, 2)]).toEqual(chunks);
});

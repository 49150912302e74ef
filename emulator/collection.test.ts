import { expect, test } from "vitest";
import { Collection } from "./collection.ts";

interface Item {
  sid: string;
  owner: string | null;
}

const sids = (items: Iterable<Item>) => [...items].map(({ sid }) => sid);

test("items are found by their group, in the order in which they came", () => {
  const items = new Collection<Item>(({ owner }) => owner);
  for (const [sid, owner] of [
    ["1", "a"],
    ["2", "b"],
    ["3", "a"],
    ["4", null],
  ] as const)
    items.add({ sid, owner });
  expect(sids(items.group("a"))).toEqual(["1", "3"]);
  expect(sids(items.group("c"))).toEqual([]);
  expect(sids(items.group(""))).toEqual([]);
});

test("an item that is deleted or replaced leaves its group", () => {
  const items = new Collection<Item>(({ owner }) => owner);
  items.add({ sid: "1", owner: "a" });
  items.add({ sid: "2", owner: "a" });
  items.add({ sid: "1", owner: "b" });
  expect(items.delete("2")).toBe(true);
  expect(items.delete("2")).toBe(false);
  expect([sids(items.group("a")), sids(items.group("b"))]).toEqual([[], ["1"]]);
});

test("a group can be emptied while it is read", () => {
  const items = new Collection<Item>(({ owner }) => owner);
  for (const sid of ["1", "2", "3"]) items.add({ sid, owner: "a" });
  for (const { sid } of items.group("a")) items.delete(sid);
  expect(items.all()).toEqual([]);
});

import { expect, test } from "vitest";
import { call } from "../../traffic/traffic.testing.ts";
import type { CallReport } from "../../traffic/traffic-report.ts";
import { absentParents, sortLegs } from "./legs.ts";

const leg = (sid: string, parentSid?: string) => call(sid, "completed", { parentSid });
const sids = (calls: readonly CallReport[]) => calls.map(({ sid }) => sid);

function sorted(legs: readonly CallReport[], absent: readonly string[] = []) {
  const { rounds, waiting } = sortLegs(legs, absent);
  return { rounds: rounds.map(sids), waiting: sids(waiting) };
}

test("calls without parents are recorded together", () => {
  expect(sorted([leg("a"), leg("b")])).toEqual({ rounds: [["a", "b"]], waiting: [] });
  expect(sorted([])).toEqual({ rounds: [], waiting: [] });
});

test("a leg comes after its parent, however deep, in whatever order they are listed", () => {
  const legs = [leg("grandchild", "child"), leg("child", "parent"), leg("other"), leg("parent")];
  expect(sorted(legs).rounds).toEqual([["other", "parent"], ["child"], ["grandchild"]]);
});

test("a leg whose parent is known elsewhere does not wait", () => {
  const legs = [leg("a", "elsewhere"), leg("b", "a"), leg("c", "elsewhere")];
  expect(sorted(legs)).toEqual({ rounds: [["a", "c"], ["b"]], waiting: [] });
  expect(absentParents(legs)).toEqual(["elsewhere"]);
});

test("a leg whose parent is absent waits, and with it the legs that it dialled", () => {
  const legs = [leg("b", "a"), leg("a", "absent"), leg("c")];
  expect(sorted(legs, ["absent"])).toEqual({ rounds: [["c"]], waiting: ["a", "b"] });
});

test("legs in a circle are recorded all the same", () => {
  expect(sorted([leg("a", "b"), leg("b", "a"), leg("c", "c"), leg("d")]).rounds).toEqual([
    ["d"],
    ["a", "b", "c"],
  ]);
});

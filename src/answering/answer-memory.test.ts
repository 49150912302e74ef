import { expect, test } from "vitest";
import { testClock } from "../base/clock.testing.ts";
import { AnswerMemory } from "./answer-memory.ts";

const sizeBytes = (answer: string) => answer.length;

function counting() {
  const asked: string[] = [];
  const ask = (answer: string) => async () => {
    asked.push(answer);
    return answer;
  };
  return { asked, ask };
}

test("a webhook that comes again gets the first answer, and nobody is asked again", async () => {
  const memory = new AnswerMemory<string>(testClock(), sizeBytes);
  const { asked, ask } = counting();
  expect(await memory.once("a", ask("one"))).toBe("one");
  expect(await memory.once("a", ask("two"))).toBe("one");
  expect(await memory.once("b", ask("three"))).toBe("three");
  expect(asked).toEqual(["one", "three"]);
});

test("one that comes while the first is being answered waits for that answer", async () => {
  const memory = new AnswerMemory<string>(testClock(), sizeBytes);
  const { asked, ask } = counting();
  const gate = Promise.withResolvers<string>();
  const first = memory.once("a", () => gate.promise);
  const second = memory.once("a", ask("two"));
  gate.resolve("one");
  expect(await Promise.all([first, second])).toEqual(["one", "one"]);
  expect(asked).toEqual([]);
});

test("after a minute it is another one", async () => {
  const clock = testClock();
  const memory = new AnswerMemory<string>(clock, sizeBytes);
  const { ask } = counting();
  await memory.once("a", ask("one"));
  clock.advance(59_000);
  expect(await memory.once("a", ask("two"))).toBe("one");
  clock.advance(1_001);
  expect(await memory.once("a", ask("three"))).toBe("three");
});

test("a failure is not remembered, and fails everybody who waited for it", async () => {
  const memory = new AnswerMemory<string>(testClock(), sizeBytes);
  const { ask } = counting();
  const gate = Promise.withResolvers<string>();
  const both = [memory.once("a", () => gate.promise), memory.once("a", () => gate.promise)];
  gate.reject(new Error("broken"));
  for (const waiting of both) await expect(waiting).rejects.toThrow("broken");
  expect(await memory.once("a", ask("one"))).toBe("one");
});

test("large answers push out older ones, and one that is too large is not remembered", async () => {
  const memory = new AnswerMemory<string>(testClock(), sizeBytes, 10_000);
  const { asked, ask } = counting();
  const large = "x".repeat(4_000);
  for (const key of ["a", "b", "c"]) await memory.once(key, async () => large);
  expect(await memory.once("c", ask("again"))).toBe(large);
  expect(await memory.once("b", ask("again"))).toBe(large);
  expect(await memory.once("a", ask("a again"))).toBe("a again");
  await memory.once("d", async () => "x".repeat(20_000));
  expect(await memory.once("d", ask("d again"))).toBe("d again");
  expect(asked).toEqual(["a again", "d again"]);
});

test("one that is pushed out while it is being answered is remembered all the same", async () => {
  const memory = new AnswerMemory<string>(testClock(), sizeBytes, 10_000);
  const { ask } = counting();
  const gate = Promise.withResolvers<string>();
  const first = memory.once("a", () => gate.promise);
  for (const key of ["b", "c", "d"]) await memory.once(key, async () => "x".repeat(4_500));
  gate.resolve("one");
  await first;
  expect(await memory.once("a", ask("two"))).toBe("one");
});

import { describe, expect, test } from "vitest";
import { isStorable, storable, unstorablePath, xmlText } from "./text.ts";

const NUL = "\0";
const HIGH = "\uD83D";
const LOW = "\uDE00";

describe("text that PostgreSQL cannot hold", () => {
  test.each([
    ["a NUL", `a${NUL}b`, "a\uFFFDb"],
    ["half of a pair at the end", `a${HIGH}`, "a\uFFFD"],
    ["half of a pair at the start", `${LOW}a`, "\uFFFDa"],
    ["a pair the wrong way round", `${LOW}${HIGH}`, "\uFFFD\uFFFD"],
    ["all of it", `${NUL}${HIGH}${NUL}`, "\uFFFD\uFFFD\uFFFD"],
  ])("%s is found, and replaced", (_name, text, replaced) => {
    expect(isStorable(text)).toBe(false);
    expect(storable(text)).toBe(replaced);
    expect(isStorable(replaced)).toBe(true);
  });

  test.each(["", "Díaz", `a pair: ${HIGH}${LOW}`, "\u0001\n\t", "\uFFFD", "\\u0000"])(
    "anything else is left as it is: %j",
    (text) => {
      expect(isStorable(text)).toBe(true);
      expect(storable(text)).toBe(text);
    },
  );
});

describe("text that XML cannot hold", () => {
  test.each([
    ["a NUL", `a${NUL}b`, "a\uFFFDb"],
    ["control characters", "a\u0001\u0008\u000B\u001Fb", "a\uFFFD\uFFFD\uFFFD\uFFFDb"],
    ["half of a pair", `a${HIGH}`, "a\uFFFD"],
    ["what is no character", "\uFFFE\uFFFF", "\uFFFD\uFFFD"],
  ])("%s is replaced", (_name, text, replaced) => {
    expect(xmlText(text)).toBe(replaced);
  });

  test.each(["", "<a & b>", "\t\r\n", `a pair: ${HIGH}${LOW}`, "\u007F\u0085\uFFFD"])(
    "anything else is left as it is: %j",
    (text) => {
      expect(xmlText(text)).toBe(text);
    },
  );
});

describe("in JSON it is found", () => {
  test.each<[string, string, string]>([
    ["as the whole value", '"\\u0000"', ""],
    ["in a member", '{"a":1,"name":"x\\u0000"}', "name"],
    ["in an array", '[0,["\\ud800"]]', "1.0"],
    ["deep down", '{"a":[{"b":{"c":"\\udc00"}}]}', "a.0.b.c"],
    ["in a name, whatever its value", '{"a":{"x\\u0000":1}}', "a.x\uFFFD"],
    ["in a member called __proto__", '{"__proto__":{"a":"\\u0000"}}', "__proto__.a"],
    ["where it is the least deep", '{"a":{"b":"\\u0000"},"c":"\\u0000"}', "c"],
  ])("%s", (_name, json, path) => {
    expect(unstorablePath(JSON.parse(json))).toBe(path);
  });

  test.each(["null", "1", '"x"', "[]", "{}", '{"a":"\\ud83d\\ude00","b":[null,true,{"c":"\\\\u0000"}]}'])(
    "nowhere in %s",
    (json) => {
      expect(unstorablePath(JSON.parse(json))).toBeUndefined();
    },
  );

  test("a hundred thousand levels down, without an overflow of the stack", () => {
    const depth = 100_000;
    const nest = (inner: string) => "[".repeat(depth) + inner + "]".repeat(depth);
    expect(unstorablePath(JSON.parse(nest('"x"')))).toBeUndefined();
    expect(unstorablePath(JSON.parse(nest('"\\u0000"')))).toHaveLength(2 * depth - 1);
  });
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { PROBLEMS, type ProblemCode } from "../src/base/errors.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const codes = Object.keys(PROBLEMS) as ProblemCode[];
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

describe("the pages of the error codes", () => {
  test("are one for each code, and none for anything else", () => {
    const pages = readdirSync(join(ROOT, "docs/errors")).map((name) => name.replace(/\.md$/, ""));
    expect(pages.toSorted()).toEqual(codes.toSorted());
  });

  test.each(codes)("name %s, its status and its title as they are answered", (code) => {
    const [heading, , summary] = read(`docs/errors/${code}.md`).split("\n");
    const { status, title } = PROBLEMS[code];
    expect(heading).toBe(`# \`${code}\``);
    expect(summary).toBe(`**${status}** · ${title}`);
  });

  test.each(codes)("say of %s whether anything changed and what to do, on one screen", (code) => {
    const page = read(`docs/errors/${code}.md`);
    expect(page.split("\n").filter((line) => line.startsWith("## "))).toEqual([
      "## Did anything change?",
      "## What to do",
    ]);
    expect(page.split("\n").length).toBeLessThanOrEqual(35);
  });

  test("name no code that does not exist", () => {
    for (const code of codes) {
      const named = [...read(`docs/errors/${code}.md`).matchAll(/\]\(\.?\/?([a-z_]+)\.md\)/g)].map(
        ([, other]) => other,
      );
      expect(codes).toEqual(expect.arrayContaining(named));
    }
  });
});

const pages = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

/** Where the relative links and images of a page lead; what stands in code is no link. */
function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/```.*?```/gs, "").replaceAll(/`[^`\n]*`/g, "");
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)/g)].map(([, target]) => target ?? "");
  const references = [...prose.matchAll(/^\[[^\]]+\]:\s*<?([^\s>]+)/gm)].map(([, target]) => target ?? "");
  return [...inline, ...references].filter((target) => !/^([a-z][a-z+.-]*:|\/\/|#)/i.test(target));
}

test.each(pages)("every link in %s leads somewhere", (page) => {
  const broken = linksOf(read(page)).filter((target) => {
    const path = decodeURIComponent(target.replace(/[?#].*$/, ""));
    return !existsSync(path.startsWith("/") ? join(ROOT, path) : join(ROOT, dirname(page), path));
  });
  expect(broken).toEqual([]);
});

test("links are found in whatever way they are written", () => {
  const markdown =
    "[a](b.md) ![c](<d.png>) [e](https://f) [g](#h) `[i](j)`\n\n[k]: l/m.md#n\n```\n[o](p)\n```\n";
  expect(linksOf(markdown)).toEqual(["b.md", "d.png", "l/m.md#n"]);
});

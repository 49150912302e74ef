// Who may import whom. The order is the architecture: a folder stands on those before it and knows none of those after.
import { describe, expect, test } from "vitest";
import { parseSource, readSourceFiles, type SourceFile } from "./support/source-files.ts";

/** From the ground up. Folders of one layer do not know each other; a type is as much of a dependency as a value. */
const LAYERS: readonly (readonly string[])[] = [
  ["base"],
  ["db", "twilio", "outbound"],
  // Below the others of its kind: whatever is done, even an audit entry, is done by an Actor.
  ["auth"],
  ["api", "jobs"],
  ["audit"],
  ["accounts", "agents", "receivers"],
  // What calls and messages are; everything that hears of one reports to it.
  ["traffic"],
  // Whatever finds a cause stands above, and raises.
  ["alerts"],
  ["usage"],
  ["public-urls"],
  ["phone-numbers"],
  ["fleet", "drift", "answering", "status", "sending"],
  ["probing"],
  ["overview"],
  ["http"],
  ["(root)"],
  ["adapters"],
  ["cli"],
];

const REQUESTS_OF_THE_DASHBOARD = "dashboard/src/forms/requests.ts";
const INGEST = ["answering", "status"];
const TWILIO_TRAFFIC = ["src/twilio/client.ts", "src/twilio/http-client.ts"];
const READS_ENVIRONMENT = /^src\/(options\.ts|cli\/)/;
const TIME_AND_CHANCE = ["Date.now", "Math.random", "performance.now", "randomUUID", "new Date()"];

type Rule = (file: SourceFile, files: ReadonlyMap<string, SourceFile>) => readonly string[];

const importsOneWay: Rule = (file) => {
  const from = folderOf(file.path);
  if (from === undefined) return [];
  if (layerOf(from) < 0) return [`${file.path}: the folder ${from} has no layer`];
  return file.imports.flatMap(({ target }) => {
    const to = folderOf(target);
    const isAllowed = to === undefined || to === from || (layerOf(to) >= 0 && layerOf(to) < layerOf(from));
    return isAllowed ? [] : [`${file.path} imports ${target}: ${from} must not know ${to}`];
  });
};

/** The emulator must not agree with a mistake of ours, and the dashboard speaks HTTP: it takes nothing but what checks requests. */
const strangersKeepOut: Rule = ({ path, imports }) =>
  imports
    .filter(({ target }) => target.startsWith("src/") && path !== REQUESTS_OF_THE_DASHBOARD)
    .filter(
      ({ isTypeOnly }) => path.startsWith("emulator/") || (path.startsWith("dashboard/") && !isTypeOnly),
    )
    .map(({ target }) => `${path} imports ${target}`);

/** What answers Twilio must work while everything else is down, so nothing that it loads reaches for a service. */
const ingestStandsAlone: Rule = (file, files) => {
  if (!INGEST.includes(folderOf(file.path) ?? "")) return [];
  return [...loadedBy(file, files)]
    .filter((path) => path.endsWith("-service.ts") || TWILIO_TRAFFIC.includes(path))
    .map((path) => `${file.path} loads ${path}`);
};

/** What the dashboard takes along runs in a browser: it loads zod and files of ours, and no service among them. */
const requestsRunAnywhere: Rule = (file, files) => {
  if (file.path !== REQUESTS_OF_THE_DASHBOARD) return [];
  return [...loadedBy(file, files)]
    .filter((path) => path !== "zod" && (!files.has(path) || /-(service|store|routes)\.ts$/.test(path)))
    .map((path) => `${file.path} loads ${path}`);
};

const environmentIsReadOnce: Rule = ({ path, imports, uses }) => {
  if (!path.startsWith("src/") || READS_ENVIRONMENT.test(path)) return [];
  const isImported = imports.some(({ target }) => target === "node:process" || target === "process");
  return uses.has("process.env") || isImported ? [`${path} reads the environment`] : [];
};

const timeAndChanceAreArguments: Rule = ({ path, imports, uses }) => {
  if (!path.startsWith("src/") || path.startsWith("src/base/")) return [];
  const used = TIME_AND_CHANCE.filter((name) => uses.has(name));
  if (imports.some(({ target }) => target === "uuid")) used.push("uuid");
  return used.map((name) => `${path} uses ${name}`);
};

const importsAreKnown: Rule = ({ path, imports }) =>
  imports.filter(({ target }) => target === "(computed)").map(() => `${path} imports what cannot be known`);

/** Not even through types: files in a circle are one file in several places. */
const noCircles: Rule = (file, files) => {
  const reached = new Set<string>();
  const waiting = [...targetsOf(file)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const next = files.get(path);
    if (next) waiting.push(...targetsOf(next));
  }
  return reached.has(file.path) ? [`${file.path} imports itself by way of others`] : [];
};

const RULES = {
  importsOneWay,
  strangersKeepOut,
  ingestStandsAlone,
  requestsRunAnywhere,
  environmentIsReadOnce,
  timeAndChanceAreArguments,
  importsAreKnown,
  noCircles,
} as const;

function folderOf(path: string): string | undefined {
  const [source, folder, ...rest] = path.split("/");
  if (source !== "src") return undefined;
  return rest.length === 0 ? "(root)" : folder;
}

function layerOf(folder: string): number {
  return LAYERS.findIndex((layer) => layer.includes(folder));
}

function targetsOf(file: SourceFile): readonly string[] {
  return file.imports.map(({ target }) => target);
}

/** Every file that runs when this one is imported; what is imported as a type does not. */
function loadedBy(
  file: SourceFile,
  files: ReadonlyMap<string, SourceFile>,
  seen = new Set<string>(),
): Set<string> {
  for (const { target, isTypeOnly } of file.imports) {
    if (isTypeOnly || seen.has(target)) continue;
    seen.add(target);
    const next = files.get(target);
    if (next) loadedBy(next, files, seen);
  }
  return seen;
}

function check(rule: Rule, tree: readonly SourceFile[]): readonly string[] {
  const files = new Map(tree.map((file) => [file.path, file]));
  return tree.flatMap((file) => rule(file, files));
}

// Tests may reach for anything; they are no part of what is published.
const isTest = ({ path }: SourceFile) => /\.(test|testing)\.ts$/.test(path);
const tree = ["src", "emulator", "dashboard"].flatMap(readSourceFiles).filter((file) => !isTest(file));

test("the files are really found and read", () => {
  expect(tree.length).toBeGreaterThan(100);
  const app = tree.find(({ path }) => path === "src/http/app.ts");
  expect(app?.imports).toContainEqual({ target: "src/base/errors.ts", isTypeOnly: false });
  expect(app?.imports).toContainEqual({ target: "src/auth/actor.ts", isTypeOnly: true });
});

test.each(Object.entries(RULES))("the code keeps to %s", (_name, rule) => {
  expect(check(rule, tree)).toEqual([]);
});

describe("a tree that breaks a rule is found out", () => {
  const violations: readonly (readonly [keyof typeof RULES, string, Readonly<Record<string, string>>])[] = [
    ["importsOneWay", "an import upwards", { "src/base/a.ts": `import { b } from "../db/b.ts";` }],
    ["importsOneWay", "a type from above", { "src/twilio/a.ts": `import type { B } from "../auth/b.ts";` }],
    [
      "importsOneWay",
      "twilio importing tables",
      { "src/twilio/a.ts": `import type { T } from "../db/tables.ts";` },
    ],
    ["importsOneWay", "folders of one layer", { "src/agents/a.ts": `export { b } from "../accounts/b.ts";` }],
    ["importsOneWay", "a re-export of everything", { "src/fleet/a.ts": `export * from "../status/b.ts";` }],
    [
      "importsOneWay",
      "an import at run time",
      { "src/base/a.ts": `const b = await import("../http/b.ts");` },
    ],
    ["importsOneWay", "a type written as import()", { "src/db/a.ts": `type B = import("../http/b.ts").B;` }],
    ["importsOneWay", "the root from below", { "src/http/a.ts": `import "../switchhook.ts";` }],
    [
      "importsOneWay",
      "an adapter from the root",
      { "src/index.ts": `export { a } from "./adapters/node.ts";` },
    ],
    ["importsOneWay", "a folder without a layer", { "src/helpers/a.ts": "export {};" }],
    [
      "strangersKeepOut",
      "the emulator using a type",
      { "emulator/a.ts": `import type { B } from "../src/b.ts";` },
    ],
    [
      "strangersKeepOut",
      "the dashboard using a value",
      { "dashboard/a.tsx": `import { b } from "../src/b.ts";` },
    ],
    [
      "requestsRunAnywhere",
      "a part of Node",
      {
        "dashboard/src/forms/requests.ts": `import { a } from "../../../src/base/a.ts";`,
        "src/base/a.ts": `import { createHash } from "node:crypto";`,
      },
    ],
    ["ingestStandsAlone", "a service", { "src/status/a.ts": `import "../agents/agent-service.ts";` }],
    [
      "ingestStandsAlone",
      "the REST client",
      { "src/answering/a.ts": `import { c } from "../twilio/client.ts";` },
    ],
    [
      "ingestStandsAlone",
      "a service behind another file",
      {
        "src/answering/a.ts": `import { b } from "../agents/b.ts";`,
        "src/agents/b.ts": `export * from "./agent-service.ts";`,
      },
    ],
    ["environmentIsReadOnce", "process.env", { "src/db/a.ts": "const url = process.env.DATABASE_URL;" }],
    ["environmentIsReadOnce", "process[…]", { "src/db/a.ts": `const url = process["env"].DATABASE_URL;` }],
    ["environmentIsReadOnce", "an import", { "src/db/a.ts": `import { env } from "node:process";` }],
    ["timeAndChanceAreArguments", "the time", { "src/db/a.ts": "const now = Date.now();" }],
    ["timeAndChanceAreArguments", "a new date", { "src/db/a.ts": "const now = new Date();" }],
    ["timeAndChanceAreArguments", "chance", { "src/db/a.ts": "const chance = Math.random;" }],
    [
      "timeAndChanceAreArguments",
      "a random id",
      { "src/db/a.ts": `import { randomUUID as id } from "node:crypto";` },
    ],
    ["timeAndChanceAreArguments", "an id of another kind", { "src/db/a.ts": `import { v7 } from "uuid";` }],
    ["importsAreKnown", "a computed import", { "src/db/a.ts": "const a = await import(name);" }],
    [
      "noCircles",
      "two files",
      { "src/db/a.ts": `import { b } from "./b.ts";`, "src/db/b.ts": `import type { A } from "./a.ts";` },
    ],
  ];

  test.each(violations)("%s: %s", (rule, _name, fake) => {
    const files = Object.entries(fake).map(([path, code]) => parseSource(path, code));
    expect(check(RULES[rule], files)).not.toEqual([]);
  });
});

test("a tree that keeps to every rule passes", () => {
  const files = [
    parseSource("src/base/a.ts", "export const now = () => new Date(); // see process.env"),
    parseSource("src/db/b.ts", `import { now } from "../base/a.ts"; export const at = new Date(now());`),
    parseSource("src/status/c.ts", `import type { D } from "../twilio/client.ts"; export type { D };`),
    parseSource("dashboard/d.ts", `import { type Role } from "../src/auth/actor.ts";`),
  ];
  expect(Object.values(RULES).flatMap((rule) => check(rule, files))).toEqual([]);
});

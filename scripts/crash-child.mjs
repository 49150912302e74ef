// Bundles the process that the crash tests kill, when its sources have changed since: it is started dozens of times, and
// a thousand small modules take longer to load than one large one.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "vite";
import { hashOf, isCurrent, markCurrent } from "./up-to-date.mjs";

const root = join(import.meta.dirname, "..");
const entry = "test/crash/child.ts";
// As deep as the sources are, which find the pages of docs/errors from where they stand.
const target = join(root, "test/dist/crash-child.mjs");
const hash = hashOf(root, ["src", "test/crash", "scripts/crash-child.mjs", "package-lock.json"]);

if (!isCurrent(target, hash)) {
  const { output } = await build({
    configFile: false,
    root,
    logLevel: "warn",
    // These load files of their own, and of Twilio's hundreds no more than are used.
    ssr: { noExternal: true, external: ["@electric-sql/pglite", "fs-native-extensions", "twilio"] },
    define: { "process.env.NODE_ENV": "process.env.NODE_ENV" },
    build: { ssr: entry, write: false, rolldownOptions: { output: { codeSplitting: false } } },
  });
  mkdirSync(dirname(target), { recursive: true });
  // At once, because another worker may be about to start it.
  const unfinished = `${target}.${process.pid}`;
  writeFileSync(unfinished, output[0].code);
  renameSync(unfinished, target);
  markCurrent(target, hash);
}
console.log(target);

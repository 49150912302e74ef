import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  // The examples name the package, as apps do that have installed it.
  resolve: { alias: { "switchhook/emulator": path("emulator/index.ts"), switchhook: path("src/index.ts") } },
  test: {
    include: ["{src,emulator,test}/**/*.test.ts", "examples/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ["test/support/postgres.ts", "test/support/pglite.ts"],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Nothing of ours is a singleton, so a worker may load the code, and compile PGlite, once for all of its files.
    isolate: false,
  },
});

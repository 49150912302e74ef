import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

export default defineConfig({
  test: {
    include: ["{src,emulator,test}/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ["test/support/postgres.ts", "test/support/pglite.ts"],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Nothing of ours is a singleton, so a worker may load the code, and compile PGlite, once for all of its files.
    isolate: false,
  },
});

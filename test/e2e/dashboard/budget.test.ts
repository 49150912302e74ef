import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { z } from "zod";

const DIST = new URL("../../../dashboard/dist/", import.meta.url);
const MAX_GZIPPED_BYTES = 200_000;
const manifestSchema = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.array(z.string()).default([]) }),
);

test.each([
  ["signing in", "src/pages/sign-in/sign-in-page.tsx"],
  ["signing up", "src/pages/sign-in/sign-up-page.tsx"],
  ["the overview", "src/pages/overview/overview-page.tsx"],
])("%s needs less than 200 kB of gzipped JavaScript", (_, page) => {
  const manifest = manifestSchema.parse(
    JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8")),
  );
  const files = new Set(["index.html", page].flatMap((entry) => [...neededBy(manifest, entry)]));
  const sizes = [...files].map((file) => gzipSync(readFileSync(new URL(file, DIST))).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_GZIPPED_BYTES);
});

function neededBy(
  manifest: z.infer<typeof manifestSchema>,
  entry: string,
  seen = new Set<string>(),
): Set<string> {
  const { file, imports = [] } = manifest[entry] ?? {};
  if (file === undefined) throw new Error(`The build knows no ${entry}`);
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const needed of imports) neededBy(manifest, needed, seen);
  return seen;
}

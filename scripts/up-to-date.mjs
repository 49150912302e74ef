// What is made from sources is made anew only when they have changed: a marker beside it holds the hash of what it was
// made from.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** @param paths files and folders under `root` */
export function hashOf(root, paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap((each) => filesUnder(join(root, each)))) {
    hash.update(path.slice(root.length)).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

const IMPORTED = /^(?:import|export)(?! type\b)[^;]*?"(\.[^"]+)";$/gm;

/** A file and what it loads of our own, directly or not; types are not loaded. */
export function loadedBy(root, path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, target] of readFileSync(join(root, path), "utf8").matchAll(IMPORTED))
    loadedBy(root, relative(root, join(root, dirname(path), target)), seen);
  return seen;
}

export function isCurrent(target, hash) {
  const marker = markerOf(target);
  return existsSync(target) && existsSync(marker) && readFileSync(marker, "utf8") === hash;
}

export function markCurrent(target, hash) {
  writeFileSync(markerOf(target), hash);
}

function markerOf(target) {
  return `${target}.made-from`;
}

function filesUnder(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (isSource(entry.name) ? filesUnder(join(path, entry.name)) : []));
}

function isSource(name) {
  return !/\.test\.ts$|\.testing\.ts$|^openapi\.d\.ts|^dist$/.test(name);
}

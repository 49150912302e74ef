// Runs before `npm start`, `npm test` and `npm run check`, on whatever Node the machine has (20.19 or later):
// installs the locked dependencies, the project's own Node 24 among them, when they are missing or out of date.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const marker = join(root, "node_modules", ".switchhook-installed");
const lockfileHash = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

const isInstalled = existsSync(marker) && readFileSync(marker, "utf8") === lockfileHash;
if (!isInstalled) {
  console.log("Installing dependencies (once; about a minute) …");
  // Not `npm ci`: it refuses a lockfile that lacks the native binaries of platforms other than the one that wrote it.
  // `--no-save` keeps every locked version all the same.
  const { status, error } = spawnSync("npm install --no-save --no-audit --no-fund --loglevel=error", {
    cwd: root,
    stdio: "inherit",
    shell: true,
  });
  if (error) console.error(`npm could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(marker, lockfileHash);
}

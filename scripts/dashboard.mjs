// Builds the dashboard into dashboard/dist when its sources have changed since: before `npm start` and `npm test`, and
// for the package. The server sends what is compressed here as it is.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { hashOf, isCurrent, loadedBy, markCurrent } from "./up-to-date.mjs";

const MIN_COMPRESSED_BYTES = 1_024;
const root = join(import.meta.dirname, "..");
const dist = join(root, "dashboard/dist");
const page = join(dist, "index.html");
// Of src/ the dashboard takes the schemas of requests, and only by way of this file.
const requests = loadedBy(root, "dashboard/src/forms/requests.ts");
const hash = hashOf(root, ["dashboard", ...requests, "scripts/dashboard.mjs", "package-lock.json"]);

if (!isCurrent(page, hash)) {
  console.log("Building the dashboard (a few seconds) …");
  const { status, error } = spawnSync("vite build --config dashboard/vite.config.ts --logLevel warn", {
    cwd: root,
    stdio: "inherit",
    shell: true,
    env: {
      ...process.env,
      PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}`,
      NODE_ENV: "production",
    },
  });
  if (error) console.error(`Vite could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
  for (const file of readdirSync(dist, { recursive: true })) compress(join(dist, file));
  markCurrent(page, hash);
}

function compress(path) {
  if (!/\.(js|css|html|svg|json)$/.test(path)) return;
  const content = readFileSync(path);
  if (content.length < MIN_COMPRESSED_BYTES) return;
  writeFileSync(`${path}.br`, brotliCompressSync(content));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}

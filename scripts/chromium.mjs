// Runs before `npm test`: the dashboard's tests drive a real Chromium. Installs Debian's where that is possible, and
// says what to do where it is not.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromiumPath } from "./chromium-path.mjs";

const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
if (chromiumPath() === undefined && canInstall) {
  console.log("Installing Chromium for the dashboard's tests (once; about a minute) …");
  run("apt-get update -qq");
  run("apt-get install -y -qq --no-install-recommends chromium");
}
if (chromiumPath() === undefined) {
  console.error(
    "The dashboard's tests need Chromium. Install it (Debian, Ubuntu: sudo apt-get install chromium; macOS: brew " +
      "install --cask chromium), or set CHROMIUM_PATH to the one that you have.",
  );
  process.exit(1);
}

function run(command) {
  spawnSync(command, {
    shell: true,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}

import { existsSync } from "node:fs";

const USUAL_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The machine's Chromium, or the one that CHROMIUM_PATH names; undefined where there is none. */
export function chromiumPath() {
  const { CHROMIUM_PATH: chosen } = process.env;
  return [...(chosen ? [chosen] : []), ...USUAL_PATHS].find((path) => existsSync(path));
}

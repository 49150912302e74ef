// One Chromium for all files of a worker: each visitor has a context of their own in it.
import { type Browser, chromium } from "playwright-core";
import { chromiumPath } from "../../../scripts/chromium-path.mjs";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let launched: Promise<Browser> | undefined;

/** Ends with its worker. */
export function sharedBrowser(): Promise<Browser> {
  launched ??= launch();
  return launched;
}

function launch(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("There is no Chromium: node scripts/chromium.mjs");
  // Without a directory of ours, it begins with a new, empty one.
  return chromium.launch({ executablePath, headless: true, args: ARGS });
}

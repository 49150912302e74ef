// Makes the package that is published: JavaScript and types in dist/, because Node strips types nowhere in node_modules.
import { execSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
execSync("tsc -p tsconfig.build.json", { stdio: "inherit" });
// The server answers /errors/CODE with these pages.
cpSync("docs/errors", "dist/docs/errors", { recursive: true });
// It serves these as they are.
execSync("node scripts/dashboard.mjs", { stdio: "inherit" });
cpSync("dashboard/dist", "dist/dashboard/dist", {
  recursive: true,
  filter: (path) => !/\.vite$|\.made-from$/.test(path),
});
execSync("publint --strict", { stdio: "inherit" });

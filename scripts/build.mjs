// Makes the package that is published: JavaScript and types in dist/, because Node strips types nowhere in node_modules.
import { execSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
execSync("tsc -p tsconfig.build.json", { stdio: "inherit" });
// The server answers /errors/CODE with these pages.
cpSync("docs/errors", "dist/docs/errors", { recursive: true });
execSync("publint --strict", { stdio: "inherit" });

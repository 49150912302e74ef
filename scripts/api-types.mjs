// Writes the types of the HTTP API for the dashboard from the API's own OpenAPI document, when src/ has changed since.
// Runs before `npm run check`; Vite drops types, so that neither the build nor the tests need them.
import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { hashOf, isCurrent, markCurrent } from "./up-to-date.mjs";

const root = join(import.meta.dirname, "..");
const target = join(root, "dashboard/src/api/openapi.d.ts");
const hash = hashOf(root, ["src", "scripts/api-types.mjs", "package-lock.json"]);

if (!isCurrent(target, hash)) {
  const document = await readDocument();
  // openapi-typescript prints with the compiler's JavaScript API, which TypeScript 7 no longer has.
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === "typescript" ? "typescript-5" : specifier, context),
  });
  const { default: openapiTypes, astToString } = await import("openapi-typescript");
  writeFileSync(target, astToString(await openapiTypes(document)));
  markCurrent(target, hash);
}

async function readDocument() {
  const { createSwitchhook } = await import("../src/index.ts");
  const apiKey = "only for this one request";
  const switchhook = await createSwitchhook({ databaseUrl: "pglite:memory", apiKey, logLevel: "silent" });
  const url = "http://localhost/api/openapi.json";
  const response = await switchhook.fetch(new Request(url, { headers: { "x-api-key": apiKey } }));
  const document = await response.json();
  await switchhook.stop();
  return document;
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dashboardRoutes } from "./dashboard.ts";

const BROWSER = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };

let root: string;
let app: Hono;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "switchhook-dashboard-"));
  mkdirSync(join(root, "assets"));
  writeFileSync(join(root, "index.html"), "<!doctype html><title>The page</title>");
  writeFileSync(join(root, "assets/page-abc.js"), "// A script");
  app = new Hono().route("/", dashboardRoutes(root));
});
afterAll(() => rmSync(root, { recursive: true }));

describe("the dashboard's files", () => {
  test.each(["/", "/numbers", "/numbers/phone_1?tab=timeline", "/agents/desk.v2"])(
    "%s is the page, asked for anew each time",
    async (path) => {
      const response = await app.request(path, BROWSER);
      expect(await response.text()).toContain("The page");
      expect(response.headers.get("cache-control")).toBe("no-cache");
    },
  );

  test("may run no script but our own, nor be framed", async () => {
    const policy = (await app.request("/", BROWSER)).headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  test("files that are named by their content are kept for good", async () => {
    const response = await app.request("/assets/page-abc.js");
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-type")).toContain("text/javascript");
  });

  test.each([
    "/assets/gone-abc.js",
    "/favicon.ico",
    "/api/nothing",
    "/errors/nothing",
    "/healthz",
    "/assets/../../package.json",
  ])("%s is no view of it", async (path) => expect((await app.request(path, BROWSER)).status).toBe(404));
});

test("a program that takes no page is told that nothing is there", async () => {
  expect((await app.request("/numbers", { headers: { accept: "application/json" } })).status).toBe(404);
});

test("where it has not been built, its addresses lead nowhere", async () => {
  const unbuilt = new Hono().route("/", dashboardRoutes(join(root, "assets")));
  expect((await unbuilt.request("/", BROWSER)).status).toBe(404);
});

// Does the table of 100,000 numbers scroll at 60 frames a second, and how soon can the first page be used? Measured with
// Chromium's own trace and clock, without a GPU; PostgreSQL, server and browser share the machine.
//
//   npm run bench:dashboard
import { cpus } from "node:os";
import { chromium, type Page } from "playwright-core";
import { z } from "zod";
import { chromiumPath } from "../scripts/chromium-path.mjs";
import { serve } from "../src/adapters/node.ts";
import { createSwitchhook, type Switchhook } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { fillNumbers, NUMBERS } from "./support/many-numbers.ts";
import { BENCH_SECRET } from "./support/seeded-database.ts";

const SCROLL_MS = 5_000;
const SCROLL_PX_A_FRAME = 120;
const FRAME_MS = 1_000 / 60;
const LOGIN = { name: "Bench", email: "bench@example.com", password: "correct horse battery staple" };

const traceSchema = z.object({
  traceEvents: z.array(z.looseObject({ name: z.string(), ts: z.number(), ph: z.string() })),
});

const postgres = await startPostgres();
const databaseUrl = `${postgres.url}/postgres`;
let switchhook: Switchhook | undefined;
const server = await serve(
  { fetch: (request, env) => switchhook?.fetch(request, env) ?? new Response(null, { status: 503 }) },
  { port: 0, host: "127.0.0.1" },
);
switchhook = await createSwitchhook({
  databaseUrl,
  secret: BENCH_SECRET,
  publicUrl: server.url,
  logLevel: "silent",
});
const executablePath = chromiumPath();
if (executablePath === undefined) throw new Error("There is no Chromium: node scripts/chromium.mjs");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1_280, height: 800 } });
  const headers = { origin: server.url };
  await context.request.post("/api/auth/sign-up/email", { headers, data: LOGIN });
  const organizations = await context.request.get("/api/auth/organization/list");
  const [organization] = z.array(z.object({ id: z.string() })).parse(await organizations.json());
  await fillNumbers(databaseUrl, organization?.id ?? "");
  const page = await context.newPage();
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Chromium ${browser.version()}`);
  await measureFirstPage(page);
  await measureScrolling(page);
} finally {
  await browser.close();
  await server.close();
  await switchhook.stop();
  await postgres.stop();
}

/** Until the page's heading is there, with an empty cache. */
async function measureFirstPage(page: Page): Promise<void> {
  await page.goto("/numbers");
  const usableMs = await page.getByRole("heading", { level: 1 }).evaluate(() => performance.now());
  console.log(`the first page can be used after ${usableMs.toFixed(0)} ms`);
}

async function measureScrolling(page: Page): Promise<void> {
  await page.getByRole("row").nth(5).waitFor();
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline.frame", "cc"] });
  const scrolledPx = await page.evaluate<number>(scrolling());
  const trace = traceSchema.parse(JSON.parse(String(await browser.stopTracing())));
  const times = trace.traceEvents.filter(({ name }) => name === "DrawFrame").map(({ ts }) => ts / 1_000);
  const gaps = times
    .slice(1)
    .map((ms, index) => ms - (times[index] ?? ms))
    .toSorted((a, b) => a - b);
  const at = (q: number) => gaps[Math.floor((gaps.length - 1) * q)] ?? 0;
  const late = gaps.filter((ms) => ms > FRAME_MS * 1.5).length;
  console.log(`${NUMBERS} numbers, ${scrolledPx} px in ${SCROLL_MS} ms: ${gaps.length} frames`);
  console.log(
    `${(gaps.length / (SCROLL_MS / 1_000)).toFixed(1)} frames/s, between frames p50 ${at(0.5).toFixed(1)} ms, `,
  );
  console.log(
    `p95 ${at(0.95).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms; ${late} were late by half a frame or more`,
  );
}

/** Runs in the page: scrolls on with every frame, through whatever is loaded by then. */
function scrolling(): string {
  return `new Promise((resolve) => {
    const table = document.querySelector("section[aria-label=Numbers]");
    const startedAt = performance.now();
    const next = () => {
      table.scrollTop += ${SCROLL_PX_A_FRAME};
      if (performance.now() - startedAt > ${SCROLL_MS}) resolve(table.scrollTop);
      else requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  })`;
}

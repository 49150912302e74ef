// Does the table of 100,000 numbers scroll at 60 frames a second, and how soon can the first page be used? Measured with
// Chromium's own trace and clock, without a GPU; PostgreSQL, server and browser share the machine. What the browser can do
// at all is measured in the same run: a page that holds nothing but plain rows, as many as are scrolled through.
//
//   npm run bench:dashboard
import { cpus, loadavg } from "node:os";
import { type CDPSession, chromium, type Page } from "playwright-core";
import { z } from "zod";
import { chromiumPath } from "../scripts/chromium-path.mjs";
import { serve } from "../src/adapters/node.ts";
import { createSwitchhook, type Switchhook } from "../src/index.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { fillNumbers, NUMBERS } from "./support/many-numbers.ts";
import { BENCH_SECRET } from "./support/seeded-database.ts";

const SCROLL_MS = 5_000;
const SCROLL_PX_A_FRAME = 120;
const RUNS = 2;
const FRAME_MS = 1_000 / 60;
/** More than 5 s at 60 frames a second scroll through. */
const PLAIN_ROWS = 2_000;
/** Whatever still runs by then ends with the browser. */
const MAX_MS = 180_000;
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
const deadline = setTimeout(() => void browser.close(), MAX_MS);
try {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1_280, height: 800 } });
  const headers = { origin: server.url };
  await context.request.post("/api/auth/sign-up/email", { headers, data: LOGIN });
  const organizations = await context.request.get("/api/auth/organization/list");
  const [organization] = z.array(z.object({ id: z.string() })).parse(await organizations.json());
  await fillNumbers(databaseUrl, organization?.id ?? "");
  const page = await context.newPage();
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Chromium ${browser.version()}`);
  for (let run = 1; run <= RUNS; run++) {
    console.log(`run ${run}, the machine's load is ${loadavg()[0]?.toFixed(1)}`);
    await page.goto("about:blank");
    await page.setContent(plainRows());
    await measureScrolling(page, `${PLAIN_ROWS} plain rows`);
    await measureFirstPage(page);
    await page.getByRole("row").nth(5).waitFor();
    await measureScrolling(page, `${NUMBERS} numbers`);
  }
} finally {
  clearTimeout(deadline);
  await browser.close();
  await server.close();
  await switchhook.stop();
  await postgres.stop();
}

/** Until the page's heading is there; the browser knows nothing of it the first time, and has its files the next. */
async function measureFirstPage(page: Page): Promise<void> {
  await page.goto("/numbers", { waitUntil: "commit" });
  const usableMs = await page.getByRole("heading", { level: 1 }).evaluate(() => performance.now());
  console.log(`  the page can be used after ${usableMs.toFixed(0)} ms`);
}

async function measureScrolling(page: Page, what: string): Promise<void> {
  const metrics = await page.context().newCDPSession(page);
  // Of the processor, whatever else the machine does.
  await metrics.send("Performance.enable", { timeDomain: "threadTicks" });
  const busyBeforeMs = await busyMs(metrics);
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline.frame", "cc"] });
  const scrolledPx = await page.evaluate<number>(scrolling());
  const busyScrollingMs = (await busyMs(metrics)) - busyBeforeMs;
  const trace = traceSchema.parse(JSON.parse(String(await browser.stopTracing())));
  const times = trace.traceEvents.filter(({ name }) => name === "DrawFrame").map(({ ts }) => ts / 1_000);
  const gaps = times
    .slice(1)
    .map((ms, index) => ms - (times[index] ?? ms))
    .toSorted((a, b) => a - b);
  const at = (q: number) => (gaps[Math.floor((gaps.length - 1) * q)] ?? 0).toFixed(1);
  const late = gaps.filter((ms) => ms > FRAME_MS * 1.5).length;
  const framesPerSecond = (gaps.length / (SCROLL_MS / 1_000)).toFixed(1);
  console.log(
    `  ${what}, ${scrolledPx} px: ${framesPerSecond} frames/s; between frames p50 ${at(0.5)}, p95 ${at(0.95)}, ` +
      `p99 ${at(0.99)} ms; ${late} of ${gaps.length} late by half a frame or more; ` +
      `the page's own thread takes ${(busyScrollingMs / gaps.length).toFixed(1)} ms a frame`,
  );
}

/** What the page's main thread has taken of the processor. */
async function busyMs(metrics: CDPSession): Promise<number> {
  const found = await metrics.send("Performance.getMetrics");
  return (found.metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1_000;
}

/** Runs in the page: scrolls on with every frame, through whatever is loaded by then. */
function scrolling(): string {
  return `new Promise((resolve) => {
    const table = document.querySelector("section[aria-label=Numbers]");
    const next = () => {
      table.scrollTop += ${SCROLL_PX_A_FRAME};
      frame = requestAnimationFrame(next);
    };
    let frame = requestAnimationFrame(next);
    setTimeout(() => {
      cancelAnimationFrame(frame);
      resolve(table.scrollTop);
    }, ${SCROLL_MS});
  })`;
}

function plainRows(): string {
  const rows = Array.from({ length: PLAIN_ROWS }, (_, index) => `<div>Branch ${index}</div>`).join("");
  const style = "<style>div { height: 49px }</style>";
  return `${style}<section aria-label="Numbers" style="height: 560px; overflow: auto">${rows}</section>`;
}

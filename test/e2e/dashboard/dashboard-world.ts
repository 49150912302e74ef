// A served Switchhook with its dashboard, an emulated Twilio behind it, and people who look at it through Chromium.
import { existsSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { createServedWorld, type ServedWorld } from "../../support/served-world.ts";
import { sharedBrowser } from "./browser.ts";

const BUILT = new URL("../../../dashboard/dist/index.html", import.meta.url);
const PASSWORD = "correct horse battery staple";
const TIMEOUT_MS = 20_000;
/** For several pages, each in three looks, on a machine that may be busy. */
export const STORY_MS = 120_000;

export interface DashboardWorld {
  readonly world: ServedWorld;
  /** A browser of their own, signed in to an organization of their own, on no page yet. */
  signUp(name: string): Promise<Visitor>;
  /** A browser that nobody has signed in with. */
  visitor(): Promise<Visitor>;
  close(): Promise<void>;
}

export interface Visitor {
  readonly email: string;
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console has complained about. */
  readonly complaints: string[];
  /** Goes to an address of the dashboard, within the page where there is one. */
  readonly goTo: (path: string) => Promise<void>;
  /** Sends a request as the same person, from one of our pages. */
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the body, member by member
  readonly request: (method: string, path: string, body?: object) => Promise<any>;
}

export async function openDashboard(
  options: Parameters<typeof createServedWorld>[1] = {},
  emulator: Parameters<typeof createServedWorld>[2] = { autoAdvance: true },
  database: Parameters<typeof createServedWorld>[0] = "PostgreSQL",
): Promise<DashboardWorld> {
  if (!existsSync(BUILT)) throw new Error("The dashboard is not built: node scripts/dashboard.mjs");
  const [browser, world] = await Promise.all([
    sharedBrowser(),
    createServedWorld(database, options, emulator),
  ]);
  const visitors: Visitor[] = [];
  const visit = async (email: string) => {
    const visitor = await openVisitor(browser, world.url, email);
    visitors.push(visitor);
    return visitor;
  };
  return {
    world,
    signUp: async (name) => {
      const email = `${name.toLowerCase()}@example.com`;
      const visitor = await visit(email);
      await visitor.request("POST", "/api/auth/sign-up/email", { name, email, password: PASSWORD });
      return visitor;
    },
    visitor: () => visit(""),
    close: async () => {
      await Promise.all(visitors.map(({ context }) => context.close()));
      await world.close();
    },
  };
}

async function openVisitor(browser: Browser, url: string, email: string): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: url, locale: "en-GB", timezoneId: "Europe/Berlin" });
  context.setDefaultTimeout(TIMEOUT_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => void complaints.push(String(error)));
  return {
    email,
    page,
    context,
    complaints,
    goTo: async (path) => void (await page.goto(path)),
    request: async (method, path, body) => {
      const headers = { origin: url };
      const data = body === undefined ? {} : { data: body };
      const response = await context.request.fetch(path, { method, headers, ...data });
      if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`);
      return response.json();
    },
  };
}

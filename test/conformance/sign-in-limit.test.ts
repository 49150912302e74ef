// Attempts to sign in are limited per client: nobody locks anybody else out, and nobody guesses on under another name.
import { afterEach, expect, test } from "vitest";
import type { SwitchhookOptions } from "../../src/index.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";

let world: ServedWorld;
afterEach(() => world.close());

async function serveWith(options: SwitchhookOptions): Promise<void> {
  world = await createServedWorld("PGlite", { limitAttempts: true, ...options });
}

/** The statuses of as many attempts, one after the other, with these headers. */
async function attempts(count: number, headersOf: (attempt: number) => Record<string, string>) {
  const statuses: number[] = [];
  for (let attempt = 1; attempt <= count; attempt += 1) {
    const headers = { "content-type": "application/json", origin: world.url, ...headersOf(attempt) };
    const sent = { method: "POST", headers, body: "{}" };
    statuses.push((await fetch(`${world.url}/api/auth/sign-in/email`, sent)).status);
  }
  return statuses;
}

test("whoever tries too often behind a proxy locks nobody else out", async () => {
  await serveWith({ trustedProxies: ["127.0.0.1"] });
  expect(await attempts(4, () => ({ "x-forwarded-for": "203.0.113.7" }))).toEqual([400, 400, 400, 429]);
  expect(await attempts(1, () => ({ "x-forwarded-for": "203.0.113.8" }))).toEqual([400]);
});

test("whoever makes up an address for each attempt is limited all the same", async () => {
  await serveWith({ trustedProxies: ["192.0.2.1"] });
  const made = (attempt: number) => `198.51.100.${attempt}`;
  const statuses = await attempts(4, (attempt) => ({
    "x-forwarded-for": made(attempt),
    "x-switchhook-client-address": made(attempt),
  }));
  expect(statuses).toEqual([400, 400, 400, 429]);
});

// What becomes of a process that cannot start: nothing of it is left, so the next one can.
import { networkInterfaces } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serve } from "../../src/adapters/node.ts";
import { serveCommand } from "../../src/cli/serve.ts";
import { createSwitchhook } from "../../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../support/databases.ts";

// The embedded one, which is one process's at a time.
let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase("PGlite");
});
afterEach(() => database.drop());

const optionsFor = ({ url }: TestDatabase) => ({ databaseUrl: url, logLevel: "silent" }) as const;

test("options that are refused leave the database to whoever corrects them", async () => {
  const options = optionsFor(database);
  await expect(createSwitchhook({ ...options, publicUrl: "nowhere" })).rejects.toMatchObject({
    code: "invalid_configuration",
  });
  const corrected = await createSwitchhook(options);
  await corrected.stop();
});

test("a server whose background work cannot start does not go on without it", async () => {
  const options = {
    ...optionsFor(database),
    port: 0,
    host: "127.0.0.1",
    publicUrl: "http://localhost:3000",
  };
  await expect(serveCommand({ ...options, sweepCron: "99 * * * *" })).rejects.toThrow("expected range 0-59");
  const next = await createSwitchhook(options);
  await next.stop();
});

const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);
test.runIf(hasIPv6)("the URL of a server that listens on IPv6 leads to it", async () => {
  const server = await serve({ fetch: () => new Response("here") }, { port: 0, host: "::1" });
  expect(await (await fetch(server.url)).text()).toBe("here");
  await server.close();
});

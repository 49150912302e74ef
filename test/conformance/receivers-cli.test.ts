// Where alerts and usage are sent, from the command line, in a process of its own, against a server that listens.
import { afterAll, beforeAll, expect, test } from "vitest";
import { runSwitchhook } from "../support/command-line.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";

const ADDRESS = "https://receiver.example.com/events";

let world: ServedWorld;
beforeAll(async () => {
  world = await createServedWorld("PGlite");
});
afterAll(() => world.close());

const switchhook = (...args: readonly string[]) => runSwitchhook(world.url, args);

test.each([
  ["usage sink", ["usage", "sink"], "/api/usage/sink"],
  ["alert webhook", ["alerts", "webhook"], "/api/alerts/webhook"],
])("the %s is shown, has what it refused sent again, and is removed", async (_name, command, path) => {
  expect((await switchhook(...command)).out).toBe("Nothing is sent anywhere.\n");
  await world.request("PUT", path, { url: ADDRESS });
  expect((await switchhook(...command)).out).toBe(`${ADDRESS}: 0 undelivered.\n`);
  expect(await switchhook(...command, "resend")).toMatchObject({
    exitCode: 0,
    out: "0 events are sent again.\n",
  });
  expect((await switchhook(...command, "remove")).out).toBe("Removed. 0 events were not delivered.\n");
  expect((await switchhook(...command)).out).toBe("Nothing is sent anywhere.\n");
});

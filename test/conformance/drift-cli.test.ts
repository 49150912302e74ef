// Sweeps and drift from the command line, in a process of its own, against a server that listens.
import { afterAll, beforeAll, expect, test } from "vitest";
import { runSwitchhook } from "../support/command-line.ts";
import { assign, newNumber, type TestNumber } from "../support/numbers.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";

const THEIRS = "https://theirs.example.com/voice";

let world: ServedWorld;
let number: TestNumber;
beforeAll(async () => {
  world = await createServedWorld("PGlite");
  await addAgent(world, "agent_456");
  number = await newNumber(world);
  await assign(world, number);
  world.emulator.control.updateNumber(number.sid, { voice_url: THEIRS });
});
afterAll(() => world.close());

const switchhook = (...args: readonly string[]) => runSwitchhook(world.url, args);

test("what differs is swept, listed, and healed when a policy says so", async () => {
  const swept = await switchhook("sweep", world.accountId);
  expect(swept).toMatchObject({ exitCode: 0, err: "" });
  expect(swept.out).toMatch(/^completed\. /);
  expect(swept.out).toContain(" 1 opened");
  const listed = await switchhook("drift", "--open", "true");
  expect(listed.out).toMatch(/ voice +open\n {2}foreign: /);
  expect(listed.out).toContain(`  voiceUrl: ${THEIRS} instead of ${world.url}`);
  const set = await switchhook("drift", "policy", "heal", "--number", number.e164);
  expect(set.out).toMatch(new RegExp(`^heal +every class +number ${number.id}\n`, "m"));
  expect((await switchhook("sweep", world.accountId)).out).toContain(" 1 healed");
  expect((await switchhook("drift", "--open", "false")).out).toMatch(/ voice +healed /);
});

test("a sweep of an account that is not there exits with 1, and says so", async () => {
  const { exitCode, err } = await switchhook("sweep", "acct_nobody");
  expect(exitCode).toBe(1);
  expect(err).toContain("Twilio account");
});

// From nothing to a number that an agent answers, with nothing but the command line; and how it names numbers and accounts.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Given, runSwitchhook } from "../support/command-line.ts";
import { newNumber } from "../support/numbers.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { ACCOUNT_SID } from "../support/world.ts";

const OTHER_SID = `AC${"b".repeat(32)}`;
const OTHER_TOKEN = "another-made-up-auth-token";
const NUMBER = "+14155557001";

let world: ServedWorld;
beforeAll(async () => {
  world = await createServedWorld("PGlite");
  const { control } = world.emulator;
  control.createAccount({ sid: OTHER_SID, authToken: OTHER_TOKEN, friendlyName: "Another account" });
  control.createNumber(OTHER_SID, { phoneNumber: NUMBER });
});
afterAll(() => world.close());

const switchhook = (args: readonly string[], given?: Given) => runSwitchhook(world.url, args, given);

test("an account is connected, its numbers imported, an agent made, and the number answered by it", async () => {
  const none = await switchhook(["numbers"]);
  expect(none).toEqual({ exitCode: 0, out: "", err: expect.stringContaining("switchhook numbers import") });
  expect((await switchhook(["agents"])).err).toMatch(/^No agents yet\. .*agents create/);

  // What the environment has is the token of another account.
  const env = { TWILIO_ACCOUNT_SID: ACCOUNT_SID, TWILIO_AUTH_TOKEN: "theirs" };
  const connected = await switchhook(["accounts", "connect", OTHER_SID], { env, input: `${OTHER_TOKEN}\n` });
  expect(connected).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining(`"Another account" (${OTHER_SID})`),
  });
  expect((await switchhook(["accounts"])).out).toContain(OTHER_SID);

  const which = await switchhook(["numbers", "import"]);
  expect(which).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining(`Name one: ${ACCOUNT_SID}, ${OTHER_SID}`),
  });
  const imported = await switchhook(["numbers", "import", OTHER_SID, "--id", `${NUMBER}=phone_123`]);
  expect(imported).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^1 imported, /) });

  const created = await switchhook([
    "agents",
    "create",
    "Front desk",
    "--id",
    "agent_456",
    "--say",
    "Hello!",
  ]);
  expect(created).toMatchObject({ exitCode: 0, out: expect.stringContaining('calls: say "Hello!"') });
  expect((await switchhook(["assign", "+1 (415) 555-7001", "agent_456"])).out).toBe(
    `Front desk now answers ${NUMBER}.\n`,
  );
  expect(await switchhook(["verify", NUMBER])).toMatchObject({ exitCode: 0, err: "" });
  expect((await switchhook(["numbers", "--search", NUMBER])).out).toMatch(/ agent_456 +phone_123\n$/);
});

test("an account's token may come from the environment; without one there is nothing to connect with", async () => {
  const env = { TWILIO_ACCOUNT_SID: OTHER_SID, TWILIO_AUTH_TOKEN: OTHER_TOKEN };
  expect(await switchhook(["accounts", "connect"], { env })).toMatchObject({ exitCode: 0 });
  const { exitCode, err } = await switchhook(["accounts", "connect", OTHER_SID]);
  expect(exitCode).toBe(1);
  expect(err).toContain("TWILIO_AUTH_TOKEN");
});

test("a number that nobody has, or that two accounts seem to have, is refused by name, and nothing is written", async () => {
  const { control } = world.emulator;
  const { e164, id, sid } = await newNumber(world);
  control.releaseNumber(sid);
  control.createNumber(OTHER_SID, { phoneNumber: e164 });
  await switchhook(["numbers", "import", OTHER_SID]);
  control.clearRequests();
  const ambiguous = await switchhook(["assign", e164, "agent_456"]);
  expect(ambiguous).toMatchObject({ exitCode: 1, err: expect.stringContaining("Give the id of one: ") });
  expect(ambiguous.err).toContain(id);
  const unknown = await switchhook(["assign", "+14155550000", "agent_456"]);
  expect(unknown).toMatchObject({ exitCode: 1, err: expect.stringContaining("no number +14155550000") });
  expect(control.requests({})).toEqual([]);

  // Once it is known to have been released there, it is the other account's.
  await switchhook(["numbers", "import", ACCOUNT_SID]);
  expect(await switchhook(["assign", e164, "agent_456"])).toMatchObject({ exitCode: 0 });
});

test("what would put a number right is told as a command that does", async () => {
  const { e164, sid } = await newNumber(world);
  await switchhook(["assign", e164, "agent_456", "--sms"]);
  world.emulator.control.updateNumber(sid, { trunk_sid: `TK${"1".repeat(32)}` });
  expect(await switchhook(["configure"])).toMatchObject({
    exitCode: 1,
    out: expect.stringContaining('give --takeover to "switchhook assign"'),
  });
  const { exitCode, out } = await switchhook(["verify", e164]);
  expect(exitCode).toBe(1);
  const [, command = ""] = /put right by: switchhook (.*)\n/.exec(out) ?? [];
  expect(command).toMatch(/^assign phone_test_\d+ agent_456 --sms --takeover$/);
  await switchhook(command.split(" "));
  expect((await switchhook(["verify", e164])).exitCode).toBe(0);
});

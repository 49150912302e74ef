// A sweep that takes too long: it says so, and whoever has taken its place is not troubled.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { addMs } from "../../src/base/clock.ts";
import { settableClock } from "../support/clock.ts";
import { sweep } from "../support/drift.ts";
import { Moments } from "../support/moments.ts";
import { newNumber } from "../support/numbers.ts";
import { ACCOUNT_SID, type Answer, createWorld, type World } from "../support/world.ts";

const MINUTE_MS = 60_000;
/** Whoever waits for longer is one who waits for a request. */
const LONG_MS = 20_000;
const PAGE_SIZE = 1_000;

describe("a sweep that takes too long", () => {
  const moments = new Moments();
  const settable = settableClock();
  let isTwilioSlow = false;
  /** As if Twilio took that long to list the applications. */
  const now = () => {
    const isAsked = isTwilioSlow && world.emulator.control.requests({ path: "Applications" }).length > 0;
    return addMs(settable.now(), isAsked ? 13 * MINUTE_MS : 0);
  };
  const sleep = (ms: number) =>
    ms < LONG_MS ? moments.reach("asking Twilio again") : Promise.withResolvers<void>().promise;
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL", switchhook: { clock: { ...settable, now, sleep } } });
    await newNumber(world);
  });
  afterEach(() => {
    moments.clear();
    world.emulator.control.clearRequests();
  });
  afterAll(() => world.close());

  const askForSweep = () => world.request("POST", `/api/twilio-accounts/${world.accountId}/sweep`);
  const alerts = async () => (await world.request("GET", "/api/alerts?kind=sweep_failed")).body.alerts;

  /** A sweep during which that much time goes by. */
  async function slowSweep(path: string, meanwhile: () => unknown): Promise<Answer> {
    world.emulator.control.addFault({ path, effect: { kind: "error", status: 503 } });
    const asking = moments.pauseAt("asking Twilio again");
    const sweeping = askForSweep();
    await asking.reached;
    await meanwhile();
    asking.resume();
    return sweeping;
  }

  test("and whose place another has taken meanwhile raises no alert", async () => {
    const answer = await slowSweep("Applications", async () => {
      settable.advance(6 * MINUTE_MS);
      await sweep(world);
    });
    expect(answer).toMatchObject({ status: 502, body: { code: "twilio_unavailable" } });
    expect(await alerts()).toEqual([]);
  });

  test("says how far it came, and that the next one begins anew", async () => {
    for (let count = 0; count < PAGE_SIZE; count++)
      world.emulator.control.createNumber(ACCOUNT_SID, { phoneNumber: `+1415666${1_000 + count}` });
    isTwilioSlow = true;
    const answer = await askForSweep();
    expect(answer).toMatchObject({ status: 502, body: { code: "twilio_unavailable" } });
    const [alert] = await alerts();
    expect(alert.detail).toContain("Only 1000 of the account's numbers were read");
    expect(alert.detail).toContain("The next sweep begins anew.");
  });
});

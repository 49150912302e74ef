// Twilio shows the middle of a change that is then taken back; whoever looked at that moment does not take it for the state.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { applyAll, itemsOf, plan } from "../support/batches.ts";
import { impatientClock } from "../support/clock.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { drifts, sweep } from "../support/drift.ts";
import { untilSo } from "../support/look-again.ts";
import { Moments, type Pause } from "../support/moments.ts";
import { assign, inTwilio, newNumber, stored, type TestNumber, urlsOf, verify } from "../support/numbers.ts";
import { type Answer, addAgent, createWorld, type World } from "../support/world.ts";

/** Enough for the lists to be read. */
const COUNT = 8;
const LONG_MS = 20_000;
const THEIRS = "https://theirs.example.com/voice";

describeEachDatabase("a change of a number that is taken back", (database) => {
  const moments = new Moments();
  let world: World;
  const numbers: TestNumber[] = [];
  let changed: TestNumber;
  beforeAll(async () => {
    // Whoever waits for longer is one who waits for a request.
    const sleep = async (ms: number) => (ms < LONG_MS ? moments.reach("asking Twilio again") : undefined);
    const clock = { ...impatientClock, sleep };
    world = await createWorld({ database, switchhook: { clock, onStep: moments.reach } });
    await addAgent(world, "agent_456");
    for (let count = 0; count < COUNT; count++) numbers.push(await newNumber(world));
    for (const number of numbers) await assign(world, number);
    changed = numbers.at(-1) ?? expect.fail();
  });
  beforeEach(async () => {
    await addAgent(world, "agent_789");
    setVoiceUrls(urlsOf("agent_456").voice);
    world.emulator.control.clearRequests();
  });
  afterEach(async () => {
    moments.clear();
    world.emulator.control.clearFaults();
    await world.request("DELETE", "/api/agents/agent_789");
  });
  afterAll(() => world.close());

  const setVoiceUrls = (voice_url: string) => {
    for (const { sid } of numbers) world.emulator.control.updateNumber(sid, { voice_url });
  };
  const voiceUrl = () => inTwilio(world, "numbers", changed.sid);

  interface Change {
    /** Ends it: the agent that it is for is deleted before it is kept. */
    takeBack(): Promise<void>;
  }

  /** A change that has been written, and not kept yet. */
  async function changeHalfway(): Promise<Change> {
    const written = moments.pauseAt("written");
    const changing = assign(world, changed, { chatbotId: "agent_789", takeover: true });
    await written.reached;
    expect(voiceUrl()).toMatchObject({ voice_url: urlsOf("agent_789").voice });
    return {
      takeBack: async () => {
        expect((await world.request("DELETE", "/api/agents/agent_789")).status).toBe(200);
        written.resume();
        expect((await changing).body).toMatchObject({ code: "agent_not_found", outcome: "rolled_back" });
      },
    };
  }

  /** Whoever asks for this is asked to come again, and waits. */
  function pauseAsking(path: string): Pause {
    const effect = { kind: "error", status: 503 } as const;
    world.emulator.control.addFault({ method: "GET", path, effect });
    return moments.pauseAt("asking Twilio again");
  }

  /** Somebody reads the account's lists while the number is half changed, and goes on when the change has been taken back. */
  async function whileListsAreRead(look: () => Promise<Answer["body"]>): Promise<Answer["body"]> {
    const change = await changeHalfway();
    world.emulator.control.clearRequests();
    const restOfLists = pauseAsking("Applications");
    const looking = look();
    await restOfLists.reached;
    await untilSo(() => world.emulator.control.requests({ path: "IncomingPhoneNumbers\\.json" }).length > 0);
    await change.takeBack();
    restOfLists.resume();
    return looking;
  }

  test("is not what a batch finds there", async () => {
    setVoiceUrls(THEIRS);
    const planned = await plan(world, { action: "configure", selection: { all: true } });
    expect(planned.counts).toMatchObject({ pending: COUNT });
    const batch = await whileListsAreRead(() => applyAll(world, planned, { canarySize: 0 }));
    expect(batch.counts).toMatchObject({ done: COUNT, skipped: 0 });
    expect(voiceUrl()).toMatchObject({ voice_url: urlsOf("agent_456").voice });
  });

  test("is not what a sweep finds there", async () => {
    const { counts } = await whileListsAreRead(() => sweep(world));
    expect(counts).toMatchObject({ opened: 0, passed: 1 });
    expect(await drifts(world, `phoneNumberId=${changed.id}`)).toEqual([]);
    expect(await stored(world, changed)).toMatchObject({ health: "ok" });
  });

  test("is not what a verification keeps", async () => {
    const [first, second] = [pauseAsking(changed.sid), pauseAsking("/v2/PhoneNumbers/")];
    const verifying = verify(world, changed);
    await Promise.all([first.reached, second.reached]);
    const change = await changeHalfway();
    const last = pauseAsking("/v2/PhoneNumbers/");
    for (const pause of [first, second]) pause.resume();
    await last.reached;
    await untilSo(
      () => world.emulator.control.requests({ method: "GET", path: changed.sid, status: 200 }).length > 1,
    );
    await change.takeBack();
    last.resume();
    expect((await verifying).body).toMatchObject({ configured: false });
    expect(await stored(world, changed)).toMatchObject({ health: "ok" });
  });

  test("is not taken for nothing to do, while it is under way", async () => {
    world.emulator.control.updateNumber(changed.sid, { voice_url: THEIRS });
    const written = moments.pauseAt("written");
    const changing = world.request("POST", "/api/phone-numbers/webhooks", { phoneNumberId: changed.id });
    await written.reached;
    const planned = await plan(world, { action: "configure", selection: { all: true } });
    expect((await itemsOf(world, planned))[changed.id]).toMatchObject({ state: "pending", changes: [] });
    written.resume();
    expect((await changing).status).toBe(200);
    expect((await applyAll(world, planned, { canarySize: 0 })).counts).toMatchObject({
      done: 1,
      unchanged: COUNT - 1,
    });
  });
});

// The base of the URLs that Twilio is given: how it is written, and what becomes of the numbers when it changes.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signWebhook } from "../../emulator/index.ts";
import { systemClock } from "../../src/base/clock.ts";
import { applyAll, plan, undoAll, untilEnded } from "../support/batches.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { drifts, setPolicy, sweep } from "../support/drift.ts";
import {
  assign,
  inTwilio,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  urlsOf,
  verify,
  writes,
} from "../support/numbers.ts";
import { callTo, openServer } from "../support/served-world.ts";
import { AUTH_TOKEN, addAgent, createWorld, PUBLIC_URL, startNode, type World } from "../support/world.ts";

const NEW_URL = "https://new.example.com/hooks";
const NEVER_OURS = "https://never-ours.example.com";
const DAY_MS = 24 * 3_600_000;
const EVERY_CHANNEL = { enableSms: true, enableWhatsApp: true, takeover: true };

describeEachDatabase("a PUBLIC_URL that changes", (database) => {
  let world: World;
  let number: Awaited<ReturnType<typeof newWhatsAppNumber>>;
  let serviceSid: string;
  let before: World;
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + aheadMs) };
  beforeAll(async () => {
    before = await createWorld({ database, switchhook: { clock } });
    await addAgent(before, "agent_456");
    number = await newWhatsAppNumber(before);
    serviceSid = newService(before, [number.sid, number.senderSid]);
    await assign(before, number, EVERY_CHANNEL);
    await before.switchhook.stop();
    world = { ...before, ...(await startNode(before, { publicUrl: NEW_URL, clock })) };
    world.emulator.control.clearRequests();
  });
  afterAll(async () => {
    await world.switchhook.stop();
    await before.close();
  });

  async function restart(publicUrl: string): Promise<void> {
    await world.switchhook.stop();
    world = { ...world, ...(await startNode(world, { publicUrl, clock })) };
  }

  /** A call to the old URL each day. What is looked up because of one counts for a later one. */
  async function callDaily(days: number): Promise<readonly number[]> {
    const statuses: number[] = [];
    for (let day = 0; day < days; day++) {
      aheadMs += DAY_MS;
      statuses.push((await call(PUBLIC_URL)).status);
      await world.request("GET", "/api/public-url");
    }
    return statuses;
  }

  /** A call that Twilio announces at a base URL, with the signature for it. */
  async function call(base: string): Promise<Response> {
    const url = `${base}/api/twilio/voice?agentId=agent_456`;
    const params = callTo(number);
    const request = new Request(url, {
      method: "POST",
      headers: { "x-twilio-signature": signWebhook({ url, params, authToken: AUTH_TOKEN }) },
      body: new URLSearchParams(params),
    });
    return world.switchhook.fetch(request);
  }

  test("a call to the old URL is still answered, one to a URL that was never ours is not", async () => {
    const answer = await call(PUBLIC_URL);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("This is agent_456.");
    expect((await call(NEVER_OURS)).status).toBe(403);
  });

  test("a call to the old URL is answered for as long as a number has it", async () => {
    expect(new Set(await callDaily(20))).toEqual(new Set([200]));
  });

  test("verification says that the URLs are ours, but stale", async () => {
    const { body } = await verify(world, number);
    expect(body).toMatchObject({
      configured: false,
      effective: {
        voice: { verdict: "ours_stale", url: urlsOf("agent_456").voice },
        sms: { verdict: "ours_stale", decidedBy: { sid: serviceSid } },
        whatsapp: { verdict: "ours_stale" },
      },
    });
  });

  test("it is said how many numbers have the old URL, and a sweep takes none of them for changed", async () => {
    expect((await world.request("GET", "/api/public-url")).body).toMatchObject({
      url: NEW_URL,
      earlierUrls: [PUBLIC_URL],
      staleNumbers: 1,
    });
    expect((await sweep(world)).counts).toMatchObject({ compared: 1, opened: 0 });
    expect(await drifts(world)).toEqual([]);
    expect(await stored(world, number)).toMatchObject({ health: "drifted" });
    expect(writes(world)).toEqual([]);
  });

  test("configuring all numbers moves every URL to the new base, without takeover", async () => {
    const { body } = await world.request("PUT", "/api/phone-numbers/webhooks");
    expect(body.results).toEqual({ success: 1, failed: 0, errors: [] });
    expect(writes(world)).toHaveLength(3);
    const urls = urlsOf("agent_456", NEW_URL);
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({
      voice_url: urls.voice,
      voice_fallback_url: urls.voiceFallback,
      status_callback: urls.status,
      sms_url: urls.message,
      sms_fallback_url: urls.messageFallback,
    });
    expect(JSON.stringify(world.emulator.control.snapshot())).not.toContain(PUBLIC_URL);
    expect((await verify(world, number)).body).toMatchObject({ configured: true, differences: [] });
    expect((await world.request("GET", "/api/public-url")).body).toMatchObject({ staleNumbers: 0 });
  });

  test("a call to the old URL is answered for some days more, and then is not, however often a node is restarted", async () => {
    expect(new Set(await callDaily(6))).toEqual(new Set([200]));
    await restart(NEW_URL);
    expect((await callDaily(6)).at(-1)).toBe(403);
  });

  test("once it is a node's own again, it is answered for some days after that", async () => {
    await restart(PUBLIC_URL);
    await restart(NEW_URL);
    expect(new Set(await callDaily(6))).toEqual(new Set([200]));
  });

  test("a URL of a base that was never ours is another deployment's", async () => {
    const theirs = await newNumber(world, { voice_url: urlsOf("agent_456", NEVER_OURS).voice });
    expect((await verify(world, theirs)).body.effective.voice).toMatchObject({ verdict: "other_deployment" });
    expect(await assign(world, theirs)).toMatchObject({
      status: 409,
      body: { code: "other_deployment", deployment: NEVER_OURS },
    });
  });
});

describe("a PUBLIC_URL that changes, where numbers are healed", () => {
  let before: World;
  let world: World;
  let first: TestNumber;
  let second: TestNumber;
  beforeAll(async () => {
    before = await createWorld({ database: "PostgreSQL" });
    await addAgent(before, "agent_456");
    [first, second] = [await newNumber(before), await newNumber(before)];
    for (const number of [first, second]) await assign(before, number, { enableSms: true });
    await setPolicy(before, { policy: "heal" });
    await before.switchhook.stop();
    world = { ...before, ...(await startNode(before, { publicUrl: NEW_URL })) };
  });
  afterAll(async () => {
    await world.switchhook.stop();
    await before.close();
  });

  async function expectStale(number: TestNumber): Promise<void> {
    expect(await stored(world, number)).toMatchObject({ health: "drifted" });
    expect((await sweep(world)).counts).toMatchObject({ opened: 0, healed: 0 });
    const { voice } = urlsOf("agent_456");
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({ voice_url: voice });
    expect((await world.request("GET", "/api/public-url")).body).toMatchObject({ staleNumbers: 2 });
  }

  test("one that is healed of something else is still to be moved, and has not drifted", async () => {
    world.emulator.control.updateNumber(first.sid, { sms_url: "https://theirs.example.com" });
    expect((await sweep(world)).counts).toMatchObject({ opened: 1, healed: 1 });
    const { message } = urlsOf("agent_456", NEW_URL);
    expect(inTwilio(world, "numbers", first.sid)).toMatchObject({ sms_url: message });
    await expectStale(first);
  });

  test("one that an undo has moved back stays there until it is moved again", async () => {
    const planned = await plan(world, { action: "configure", selection: { phoneNumberIds: [second.id] } });
    expect(await applyAll(world, planned, { canarySize: 0 })).toMatchObject({ counts: { done: 1 } });
    expect(await undoAll(world, planned)).toMatchObject({ counts: { done: 1 } });
    await expectStale(second);
  });
});

describe("a PUBLIC_URL that changes, with RECONCILE_ON_START=apply", () => {
  let before: World;
  let number: TestNumber;
  let second: TestNumber;
  beforeEach(async () => {
    before = await createWorld({ database: "PostgreSQL", emulator: { allowLocalhostUrls: true } });
    await addAgent(before, "agent_456");
    number = await newNumber(before);
    second = await newNumber(before);
    for (const each of [number, second]) await assign(before, each);
    await before.switchhook.stop();
  });
  afterEach(() => before.close());

  test("moves the canary of every organization in a batch, once, which stops where the new URL leads nowhere", async () => {
    const options = { publicUrl: NEW_URL, reconcileOnStart: "apply" } as const;
    const node = await startNode(before, options);
    await node.switchhook.start();
    const { batches } = (await node.request("GET", "/api/batches")).body;
    expect(batches).toMatchObject([{ action: "configure", selected: 2 }]);
    expect(await untilEnded(node, batches[0].id)).toMatchObject({
      state: "stopped",
      counts: { done: 1, failed: 0, skipped: 0, unchanged: 0, pending: 1 },
    });
    const { numbers } = before.emulator.control.snapshot();
    for (const base of [NEW_URL, PUBLIC_URL])
      expect(numbers).toContainEqual(expect.objectContaining({ voice_url: urlsOf("agent_456", base).voice }));
    expect((await node.request("GET", "/api/public-url")).body).toMatchObject({ staleNumbers: 1 });
    await node.switchhook.stop();
    const again = await startNode(before, options);
    await again.switchhook.start();
    expect((await again.request("GET", "/api/batches")).body.batches).toHaveLength(1);
    await again.switchhook.stop();
    const later = { ...systemClock, now: () => new Date(systemClock.now().getTime() + 31 * DAY_MS) };
    const muchLater = await startNode(before, { ...options, clock: later });
    await muchLater.switchhook.start();
    expect((await muchLater.request("GET", "/api/batches")).body.batches).toHaveLength(2);
    await muchLater.switchhook.stop();
  });

  test("begins one batch, however many nodes start together", async () => {
    const options = { publicUrl: NEW_URL, reconcileOnStart: "apply" } as const;
    const [one, other] = [await startNode(before, options), await startNode(before, options)];
    await Promise.all([one.switchhook.start(), other.switchhook.start()]);
    expect((await one.request("GET", "/api/batches")).body.batches).toHaveLength(1);
    await Promise.all([one.switchhook.stop(), other.switchhook.stop()]);
  });

  test("moves all numbers where the new URL leads to this server", async () => {
    const server = await openServer();
    const node = await startNode(before, { publicUrl: server.url, reconcileOnStart: "apply" });
    server.answerWith(node.switchhook);
    await node.switchhook.start();
    const { batches } = (await node.request("GET", "/api/batches")).body;
    expect(await untilEnded(node, batches[0].id)).toMatchObject({ state: "done", counts: { done: 2 } });
    for (const { sid } of [number, second]) {
      expect(inTwilio(before, "numbers", sid)).toMatchObject({
        voice_url: urlsOf("agent_456", server.url).voice,
      });
    }
    await node.switchhook.stop();
    await server.close();
  });
});

// Nodes that share a database are PostgreSQL's.
describe("a PUBLIC_URL that changes while an old node still runs", () => {
  test("is known to be ours there as well", async () => {
    const old = await createWorld({ database: "PostgreSQL" });
    const node = await startNode(old, { publicUrl: NEW_URL });
    try {
      await addAgent(old, "agent_456");
      const number = await newNumber(old);
      expect((await assign({ ...old, ...node }, number)).status).toBe(200);
      const url = urlsOf("agent_456", NEW_URL).voice.replace(/#.*/, "");
      const params = callTo(number);
      // What stands in front of both passes it on to this node.
      const request = new Request(url.replace(NEW_URL, PUBLIC_URL), {
        method: "POST",
        headers: { "x-twilio-signature": signWebhook({ url, params, authToken: AUTH_TOKEN }) },
        body: new URLSearchParams(params),
      });
      expect((await old.switchhook.fetch(request)).status).toBe(200);
      expect((await verify(old, number)).body.effective.voice).toMatchObject({ verdict: "ours_stale" });
      expect((await sweep(old)).counts).toMatchObject({ opened: 0 });
    } finally {
      await node.switchhook.stop();
      await old.close();
    }
  });
});

describe("a PUBLIC_URL with a slash at its end", () => {
  test.each([PUBLIC_URL, `${PUBLIC_URL}/hooks`])("%s/ is written without it", async (base) => {
    const world = await createWorld({ database: "PostgreSQL", switchhook: { publicUrl: `${base}/` } });
    try {
      await addAgent(world, "agent_456");
      const number = await newWhatsAppNumber(world);
      expect((await assign(world, number, { ...EVERY_CHANNEL, takeover: false })).status).toBe(200);
      const urls = urlsOf("agent_456", base);
      expect(inTwilio(world, "numbers", number.sid)).toMatchObject({
        voice_url: urls.voice,
        voice_fallback_url: urls.voiceFallback,
        status_callback: urls.status,
        sms_url: urls.message,
        sms_fallback_url: urls.messageFallback,
      });
      expect(inTwilio(world, "senders", number.senderSid)).toMatchObject({
        webhook: { callback_url: urls.message, fallback_url: urls.messageFallback },
      });
      expect((await verify(world, number)).body).toMatchObject({ configured: true });
    } finally {
      await world.close();
    }
  });
});

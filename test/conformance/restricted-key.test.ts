// An account that was connected with an API key that may not read everything: what it cannot see is said to be unknown.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  assign,
  everything,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  verify,
} from "../support/numbers.ts";
import { ACCOUNT_SID, AUTH_TOKEN, addAgent, createWorld, type World } from "../support/world.ts";

const DENIALS = [
  ["senders", "/v2/Channels", 403],
  ["senders", "/v2/Channels", 404],
  ["Messaging Services", "/v1/Services", 403],
  ["Messaging Services", "/v1/Services", 404],
] as const;

describe("a restricted API key", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL" });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  async function connectWithout(pathPrefix: string, status: 403 | 404): Promise<void> {
    const { sid, secret } = world.emulator.control.createApiKey(ACCOUNT_SID, {
      deny: [{ pathPrefix, status }],
    });
    const credentials = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, apiKey: { sid, secret } };
    const answer = await world.request("POST", "/api/twilio-accounts", credentials);
    expect(answer).toMatchObject({ status: 201, body: { id: world.accountId } });
  }

  test.each(DENIALS)(
    "that may not read %s (%s, %i) does not break verification",
    async (what, path, status) => {
      const number = await newWhatsAppNumber(world);
      await connectWithout(path, status);
      const { status: answered, body } = await verify(world, number);
      expect(answered).toBe(200);
      expect(body.effective.voice).toMatchObject({ verdict: "nobody" });
      const unknown = path === "/v1/Services" ? "sms" : "whatsapp";
      expect(body.effective[unknown]).toMatchObject({
        verdict: "unknown",
        reason: expect.stringContaining(what),
      });
      expect(body.errors).toContainEqual(expect.stringContaining(`HTTP ${status}`));
    },
  );

  test.each(DENIALS)(
    "that may not read %s (%s, %i) assigns voice all the same",
    async (_what, path, status) => {
      const number = await newNumber(world);
      await connectWithout(path, status);
      expect((await assign(world, number)).status).toBe(200);
      expect((await verify(world, number)).body).toMatchObject({
        configured: true,
        effective: { voice: { verdict: "ours" } },
      });
    },
  );

  test.each(DENIALS.slice(2))(
    "that may not read %s (%s, %i) assigns SMS, which stays unknown",
    async (_w, path, status) => {
      const number = await newNumber(world);
      await connectWithout(path, status);
      expect((await assign(world, number, { enableSms: true })).status).toBe(200);
      const { body } = await verify(world, number);
      expect(body).toMatchObject({ effective: { sms: { verdict: "unknown" } }, differences: [] });
      expect(body.errors).toHaveLength(1);
    },
  );

  test.each(DENIALS.slice(2))(
    "that may not read %s (%s, %i) assigns SMS, says what it does not know, and is ok once it may read",
    async (_w, path, status) => {
      const number = await newNumber(world);
      await connectWithout(path, status);
      const assigned = await assign(world, number, { enableSms: true });
      expect(assigned).toMatchObject({ status: 200, body: { phoneNumber: { health: "unverified" } } });
      expect(assigned.body.message).toContain("may not read its Messaging Services");
      expect(await stored(world, number)).toMatchObject({ health: "unverified" });
      expect((await verify(world, number)).body).toMatchObject({
        configured: false,
        effective: { voice: { verdict: "ours" }, sms: { verdict: "unknown" } },
      });
      expect(await stored(world, number)).toMatchObject({ health: "unverified" });

      await connectWithout("/nothing", 403);
      expect((await verify(world, number)).body).toMatchObject({ configured: true, errors: [] });
      expect(await stored(world, number)).toMatchObject({ health: "ok" });
      const again = await assign(world, number, { enableSms: true });
      expect(again.body).toMatchObject({ phoneNumber: { health: "ok" } });
      expect(again.body.message).not.toContain("may not read");
    },
  );

  test("that may not read Messaging Services is not ok either when Twilio's last answer is lost", async () => {
    const number = await newNumber(world);
    await connectWithout("/v1/Services", 403);
    world.emulator.control.addFault({
      method: "POST",
      path: number.sid,
      effect: { kind: "applyThenReset" },
    });
    expect(await assign(world, number, { enableSms: true })).toMatchObject({
      status: 200,
      body: { phoneNumber: { health: "unverified" } },
    });
  });

  test.each(DENIALS.slice(0, 2))(
    "that may not read %s (%s, %i) is refused WhatsApp, with the reason",
    async (_w, path, status) => {
      const number = await newWhatsAppNumber(world);
      await connectWithout(path, status);
      const before = await everything(world);
      const { body } = await assign(world, number, { enableWhatsApp: true });
      expect(body).toMatchObject({ code: "twilio_not_permitted", outcome: "refused" });
      expect(body.detail).toContain("may not read WhatsApp senders");
      expect(await everything(world)).toEqual(before);
    },
  );

  test("that may not write is told so, and nothing changes", async () => {
    const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
    const before = await everything(world);
    const effect = { kind: "error", status: 403, code: 20003 } as const;
    world.emulator.control.addFault({ method: "POST", path: number.sid, effect });
    const { body } = await assign(world, number);
    expect(body).toMatchObject({ code: "twilio_not_permitted", outcome: "rolled_back", twilioCode: 20003 });
    expect(await everything(world)).toEqual(before);
  });

  test("that is replaced by one that may read everything sees the Messaging Service", async () => {
    const number = await newNumber(world);
    await connectWithout("/v1/Services", 403);
    await assign(world, number, { enableSms: true });
    newService(world, [number.sid]);
    await connectWithout("/nothing", 403);
    expect((await verify(world, number)).body).toMatchObject({
      configured: false,
      effective: { sms: { verdict: "shadowed" } },
    });
  });
});

// Nothing of a webhook is believed before its signature is: the right account's, for our own public URL.
import { afterAll, beforeAll, expect, test } from "vitest";
import { signWebhook } from "../../emulator/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { assign, freshNames, newNumber } from "../support/numbers.ts";
import {
  CALLER,
  callTo,
  createServedWorld,
  endOfCallTo,
  type Params,
  type ServedWorld,
} from "../support/served-world.ts";
import { ACCOUNT_SID, AUTH_TOKEN, addAgent } from "../support/world.ts";

const OTHER_ACCOUNT = `AC${"b".repeat(32)}`;
const OTHER_TOKEN = "another-made-up-token";
const KIB = 1024;

describeEachDatabase("signatures", (database) => {
  let world: ServedWorld;
  beforeAll(async () => {
    world = await createServedWorld(database);
    await addAgent(world, "agent_456");
    world.emulator.control.createAccount({ sid: OTHER_ACCOUNT, authToken: OTHER_TOKEN });
    const credentials = { accountSid: OTHER_ACCOUNT, authToken: OTHER_TOKEN };
    await world.request("POST", "/api/twilio-accounts", credentials);
  });
  afterAll(() => world.close());

  test.each<[string, (path: string, params: Params) => string | undefined]>([
    ["no signature", () => undefined],
    ["an empty signature", () => ""],
    ["a signature that is none", () => "not base64"],
    ["a wrong token's signature", (path, params) => world.sign(path, params, "a wrong token")],
    ["an empty token's signature", (path, params) => world.sign(path, params, "")],
    ["another account's signature", (path, params) => world.sign(path, params, OTHER_TOKEN)],
    [
      "the signature of other parameters",
      (path, params) => world.sign(path, { ...params, CallStatus: "busy" }),
    ],
    ["the signature of another path", (_path, params) => world.sign("/api/twilio/voice", params)],
    [
      "the signature for another host",
      (path, params) =>
        signWebhook({ url: `https://evil.example.com${path}`, params, authToken: AUTH_TOKEN }),
    ],
  ])("%s is refused, and nothing is stored", async (_name, forge) => {
    const params = endOfCallTo(freshNames());
    const answer = await world.post("/api/twilio/status", params, forge("/api/twilio/status", params));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "bad_signature" });
    await expectNotStored(params);
  });

  test("text that no database holds is no reason to fail: refused unsigned, answered signed", async () => {
    const unsigned = await world.post("/api/twilio/voice", { AccountSid: "AC\0" }, "not a signature");
    expect(unsigned.status).toBe(403);
    const call = callTo({ e164: "+14155550100\0" });
    expect((await world.postSigned("/api/twilio/voice", call)).status).toBe(200);
  });

  /** The real one is new, and so nothing was there before; sent again it is not. */
  async function expectNotStored(params: Params): Promise<void> {
    const first = await world.postSigned("/api/twilio/status", params);
    const second = await world.postSigned("/api/twilio/status", params);
    expect([first.status, second.status]).toEqual([204, 204]);
    const stored = world.lines.filter(({ msg, sid }) => msg === "callback.stored" && sid === params.CallSid);
    expect(stored.map(({ isNew }) => isNew)).toEqual([true, false]);
  }

  test.each([
    ["an account that is not connected", `AC${"f".repeat(32)}`],
    ["another connected account", OTHER_ACCOUNT],
    ["no account", ""],
  ])("a request in the name of %s is refused, although our token signed it", async (_name, AccountSid) => {
    const number = await newNumber(world);
    await assign(world, number);
    const answer = await world.postSigned("/api/twilio/voice", { ...callTo(number), AccountSid });
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain("agent_456");
  });

  test("a connected account cannot speak for another one's number", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const params = { ...callTo(number), AccountSid: OTHER_ACCOUNT };
    const answer = await world.post(
      "/api/twilio/voice",
      params,
      world.sign("/api/twilio/voice", params, OTHER_TOKEN),
    );
    expect(await answer.text()).toContain("<Reject");
  });

  test("what a tenant's TwiML writes into the URL of a callback is nobody's call or message", async () => {
    const number = await newNumber(world);
    await assign(world, number, { enableSms: true });
    // Of <Record recordingStatusCallback="…">, which Twilio signs for the account that the tenant's number is lent from.
    const recorded = {
      AccountSid: ACCOUNT_SID,
      CallSid: `CA${"7".repeat(32)}`,
      RecordingSid: `RE${"7".repeat(32)}`,
      RecordingStatus: "completed",
    };
    const { From = "", To = "" } = callTo(number);
    const message = { From, To, MessageSid: `SM${"7".repeat(32)}`, Body: "Forged", NumMedia: "0" };
    const call = { From, To, CallStatus: "completed", CallDuration: "86400" };
    const ask = async (path: string, forged: Params) => {
      const answer = await world.postSigned(`${path}?${new URLSearchParams(forged).toString()}`, recorded);
      return [answer.status, await answer.text()];
    };
    expect(await ask("/api/twilio/voice", call)).toEqual([200, expect.stringContaining("<Reject")]);
    expect(await ask("/api/twilio/webhook", message)).toEqual([200, expect.stringContaining("<Response/>")]);
    expect(await ask("/api/twilio/status", call)).toEqual([400, expect.stringContaining("invalid_input")]);
    expect((await ask("/api/twilio/status", { ...message, MessageStatus: "delivered" }))[0]).toBe(400);
    const about = `phoneNumberId=${number.id}`;
    expect((await world.request("GET", `/api/calls?${about}`)).body.calls).toEqual([]);
    expect((await world.request("GET", `/api/messages?${about}`)).body.messages).toEqual([]);
  });

  test("what a proxy or a caller says the host is does not matter", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const path = "/api/twilio/voice?agentId=agent_456";
    const params = callTo(number);
    const headers = {
      "x-twilio-signature": world.sign(path, params),
      "x-forwarded-host": "evil.example.com",
      "x-forwarded-proto": "https",
      "content-type": "application/x-www-form-urlencoded",
    };
    const request = new Request(`http://internal:8080${path}`, {
      method: "POST",
      headers,
      body: new URLSearchParams(params).toString(),
    });
    expect((await world.switchhook.fetch(request)).status).toBe(200);
  });

  test("a subaccount's webhooks are checked with its own token", async () => {
    const { control } = world.emulator;
    const { sid, auth_token: ownToken } = control.createAccount({ parentSid: ACCOUNT_SID });
    const path = `/api/twilio-accounts/${world.accountId}/subaccounts`;
    const connected = await world.request("POST", path, { accountSid: sid });
    const { id, e164 } = freshNames();
    control.createNumber(sid, { phoneNumber: e164 });
    const importing = { accountId: connected.body.id, ids: { [e164]: id } };
    await world.request("POST", "/api/phone-numbers/import", importing);
    expect((await assign(world, { id })).status).toBe(200);

    const call = await control.placeCall({ from: CALLER, to: e164 });
    expect(call.webhooks.map(({ status }) => status)).toEqual([200, 204]);
    const params = { ...callTo({ e164 }), AccountSid: sid };
    const voice = "/api/twilio/voice";
    expect((await world.post(voice, params, world.sign(voice, params, ownToken))).status).toBe(200);
    expect((await world.post(voice, params, world.sign(voice, params, AUTH_TOKEN))).status).toBe(403);
  });

  test("a rotated token is accepted once it is connected, and the one before it still is", async () => {
    const { control } = world.emulator;
    const sid = `AC${"c".repeat(32)}`;
    const connect = async (authToken: string) => {
      const answer = await world.request("POST", "/api/twilio-accounts", { accountSid: sid, authToken });
      expect(answer.status).toBe(201);
      return answer.body.id;
    };
    control.createAccount({ sid, authToken: "token-one" });
    const accountId = await connect("token-one");
    const { id, e164 } = freshNames();
    control.createNumber(sid, { phoneNumber: e164 });
    await world.request("POST", "/api/phone-numbers/import", { accountId, ids: { [e164]: id } });
    await assign(world, { id });
    const call = async () => (await control.placeCall({ from: CALLER, to: e164 })).webhooks[0]?.status;
    const params = { ...callTo({ e164 }), AccountSid: sid };
    const withToken = async (authToken: string) =>
      (await world.post("/api/twilio/voice", params, world.sign("/api/twilio/voice", params, authToken)))
        .status;

    control.rotateAuthToken(sid, "token-two");
    expect(await call()).toBe(403);
    await connect("token-two");
    expect(await call()).toBe(200);
    expect(await withToken("token-one")).toBe(200);

    control.rotateAuthToken(sid, "token-three");
    await connect("token-three");
    expect([await withToken("token-three"), await withToken("token-two")]).toEqual([200, 200]);
    expect(await withToken("token-one")).toBe(403);
  });

  test("a body over 64 KiB is refused before its signature is looked at", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const params = { ...callTo(number), Padding: "x".repeat(64 * KIB) };
    const answer = await world.postSigned("/api/twilio/voice", params);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: "body_too_large" });
  });
});

describeEachDatabase("SIGNATURES=shadow", (database) => {
  let world: ServedWorld;
  beforeAll(async () => {
    world = await createServedWorld(database, { signatures: "shadow" });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  test("a request that enforcing would refuse is answered, logged and counted", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const forged = "A".repeat(27).concat("=");
    const answer = await world.post("/api/twilio/voice", callTo(number), forged);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("This is agent_456.");
    expect(world.lines).toContainEqual(
      expect.objectContaining({ msg: "webhook.bad_signature", verdict: "invalid", signatures: "shadow" }),
    );
    const metrics = await world.request("GET", "/metrics");
    expect(metrics.body).toContain(
      'switchhook_webhooks_total{route="/api/twilio/voice",verdict="invalid"} 1',
    );
  });

  test("a signed request is counted as valid", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    await world.emulator.control.placeCall({ from: CALLER, to: number.e164 });
    const metrics = await world.request("GET", "/metrics");
    expect(metrics.body).toContain('switchhook_webhooks_total{route="/api/twilio/voice",verdict="valid"} 1');
  });
});

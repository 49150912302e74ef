import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoAccount, type Emulator, seedDemo, startEmulator } from "./index.ts";
import { sdk } from "./test-kit.ts";

let emulator: Emulator;
let demo: DemoAccount;
let client: ReturnType<typeof sdk>;

beforeEach(async () => {
  emulator = await startEmulator();
  demo = seedDemo(emulator.control);
  client = sdk(emulator, demo.accountSid, demo.authToken);
});

afterEach(() => emulator.close());

describe("channel senders", () => {
  const path = `/v2/Channels/Senders/XE${"1".padStart(32, "0")}`;

  async function request(
    method: string,
    body?: unknown,
    address = path,
  ): Promise<{ status: number; json: unknown }> {
    const res = await fetch(emulator.url + address, {
      method,
      headers: {
        authorization: `Basic ${btoa(`${demo.accountSid}:${demo.authToken}`)}`,
        "content-type": "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: res.status, json: await res.json() };
  }

  test("an update is answered 202 with the other blocks null, and is to be read back", async () => {
    const webhook = { callback_url: "https://a.example.com/wa", callback_method: "POST" };
    const update = await request("POST", { webhook });
    expect(update).toMatchObject({
      status: 202,
      json: { status: "ONLINE:UPDATING", webhook, configuration: null, profile: null },
    });
    expect(await request("GET")).toMatchObject({ status: 200, json: { status: "ONLINE", webhook } });
  });

  test("camelCase keys are accepted and change nothing", async () => {
    const before = emulator.control.snapshot();
    const client2 = client.messaging.v2.channelsSenders(path.split("/").at(-1) ?? "");
    const update = await request("POST", { webhook: { callbackUrl: "https://a.example.com/wa" } });
    expect(update.status).toBe(202);
    expect((await client2.fetch()).status).toBe("ONLINE");
    expect(emulator.control.snapshot()).toEqual(before);
  });

  test("a null profile clears the profile", async () => {
    await request("POST", { profile: { name: "Acme", about: "Shop" } });
    expect(await request("GET")).toMatchObject({ json: { profile: { name: "Acme" } } });
    await request("POST", { profile: null });
    expect(await request("GET")).toMatchObject({ json: { profile: null } });
  });

  test("the channel is required, the callback method is POST or PUT, the URL is checked", async () => {
    expect((await request("GET", undefined, "/v2/Channels/Senders")).status).toBe(400);
    expect((await request("POST", { webhook: { callback_method: "GET" } })).status).toBe(400);
    expect((await request("POST", { webhook: { callback_url: "http://localhost/x" } })).status).toBe(400);
  });

  test("stays ONLINE:UPDATING as long as it was told to", async () => {
    let nowMs = 1_800_000_000_000;
    const slow = await startEmulator({ senderUpdateMs: 5_000, now: () => nowMs });
    const account = slow.control.createAccount();
    const { sid } = slow.control.createSender(account.sid, { phoneNumber: "+14155550100" });
    const senders = sdk(slow, account.sid, account.auth_token).messaging.v2.channelsSenders(sid);
    await senders.update({});
    nowMs += 4_999;
    expect((await senders.fetch()).status).toBe("ONLINE:UPDATING");
    nowMs += 1;
    expect((await senders.fetch()).status).toBe("ONLINE");
    await slow.close();
  });
});

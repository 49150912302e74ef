// A number whose WhatsApp sender takes no messages is configured again all the same: calls and SMS move, and what is left is
// said.
import { afterEach, beforeEach, expect, test } from "vitest";
import { itemsOf, plan, undoAll, untilEnded } from "../support/batches.ts";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  inTwilio,
  lastOperation,
  newService,
  newWhatsAppNumber,
  stored,
  urlsOf,
  verify,
  writes,
} from "../support/numbers.ts";
import { openServer } from "../support/served-world.ts";
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  addAgent,
  createWorld,
  PUBLIC_URL,
  startNode,
  type World,
} from "../support/world.ts";

const LEFT = { code: "whatsapp_sender_offline", detail: expect.stringContaining("OFFLINE") };

describeEachDatabase("a PUBLIC_URL that changes while a WhatsApp sender is offline", (database) => {
  let world: World;
  let number: Awaited<ReturnType<typeof newWhatsAppNumber>>;
  let serviceSid: string;
  let server: Awaited<ReturnType<typeof openServer>>;
  let end: () => Promise<void>;
  beforeEach(async () => {
    const before = await createWorld({ database, emulator: { allowLocalhostUrls: true } });
    await addAgent(before, "agent_456");
    number = await newWhatsAppNumber(before);
    serviceSid = newService(before, [number.senderSid]);
    await assign(before, number, { enableSms: true, enableWhatsApp: true, takeover: true });
    await before.switchhook.stop();
    server = await openServer();
    world = { ...before, ...(await startNode(before, { publicUrl: server.url })) };
    server.answerWith(world.switchhook);
    setStatus("OFFLINE");
    world.emulator.control.clearRequests();
    end = async () => {
      await world.switchhook.stop();
      await before.close();
      await server.close();
    };
  });
  afterEach(() => end());

  const setStatus = (status: "OFFLINE" | "ONLINE") =>
    world.emulator.control.setSenderStatus(number.senderSid, status);
  const removeSender = () =>
    fetch(`${world.emulator.url}/v2/Channels/Senders/${number.senderSid}`, {
      method: "DELETE",
      headers: { authorization: `Basic ${btoa(`${ACCOUNT_SID}:${AUTH_TOKEN}`)}` },
    });
  const configureAll = (body?: object) => world.request("PUT", "/api/phone-numbers/webhooks", body);
  const staleNumbers = async () => (await world.request("GET", "/api/public-url")).body.staleNumbers;

  function expectMoved(base: string): void {
    const { voice, message, status } = urlsOf("agent_456", base);
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({
      voice_url: voice,
      status_callback: status,
      sms_url: message,
    });
  }

  test("a batch moves calls and SMS, says that the sender is left, and moves it once it is online", async () => {
    const senderBefore = inTwilio(world, "senders", number.senderSid);
    const serviceBefore = inTwilio(world, "services", serviceSid);
    const planned = (await configureAll({ dryRun: true })).body;
    expect(planned).toMatchObject({
      success: false,
      results: { errors: [{ phoneNumberId: number.id, ...LEFT }] },
    });
    expect(new Set(planned.plan[0].changes.map(({ resource }: { resource: string }) => resource))).toEqual(
      new Set(["number"]),
    );

    expect((await configureAll()).body).toMatchObject({
      success: false,
      message: "1 numbers configured, 0 failed, and of some something is left as it was: see the errors.",
      results: { success: 1, failed: 0, errors: [{ phoneNumberId: number.id, ...LEFT }] },
    });
    expectMoved(server.url);
    expect(inTwilio(world, "senders", number.senderSid)).toEqual(senderBefore);
    expect(inTwilio(world, "services", serviceSid)).toEqual(serviceBefore);
    expect(await stored(world, number)).toMatchObject({ health: "drifted", channels: { whatsapp: true } });
    expect(await staleNumbers()).toBe(1);

    setStatus("ONLINE");
    expect((await configureAll()).body).toMatchObject({ success: true, results: { success: 1, errors: [] } });
    expect((await verify(world, number)).body).toMatchObject({ configured: true, differences: [] });
    expect(await staleNumbers()).toBe(0);
  });

  test("where nothing but the sender is left, that is said and nothing is done", async () => {
    await configureAll();
    world.emulator.control.clearRequests();
    expect((await configureAll()).body).toMatchObject({
      results: { success: 0, failed: 1, errors: [{ code: "whatsapp_sender_offline" }] },
    });
    expect(writes(world)).toEqual([]);
  });

  test("a canary looks at calls and SMS of such a number, and the batch can be undone", async () => {
    const planned = await plan(world, { action: "configure", selection: { all: true } });
    expect((await itemsOf(world, planned))[number.id]).toMatchObject({ state: "pending", problem: LEFT });
    await world.request("POST", `/api/batches/${planned.id}/apply`, {});
    expect(await untilEnded(world, planned.id)).toMatchObject({ state: "done", counts: { done: 1 } });
    expect((await itemsOf(world, planned))[number.id]).toMatchObject({ state: "done", problem: LEFT });
    expectMoved(server.url);
    expect(await undoAll(world, planned)).toMatchObject({ counts: { done: 1 } });
    expectMoved(PUBLIC_URL);
  });

  test("a canary whose calls do not reach us stops the batch all the same", async () => {
    await server.close();
    const planned = await plan(world, { action: "configure", selection: { all: true } });
    await world.request("POST", `/api/batches/${planned.id}/apply`, {});
    expect(await untilEnded(world, planned.id)).toMatchObject({ state: "stopped" });
  });

  test("so does configuring that number alone, which its plan and its verification say before", async () => {
    const input = { action: "configure", phoneNumberId: number.id };
    const { body: foreseen } = await world.request("POST", "/api/phone-numbers/plan", input);
    expect(foreseen).toMatchObject({ refusal: null, left: LEFT });
    const { fixRequest } = (await verify(world, number)).body;
    expect(fixRequest).toMatchObject({ path: "/api/phone-numbers/webhooks" });
    const answer = await world.request(fixRequest.method, fixRequest.path, fixRequest.body);
    expect(answer).toMatchObject({ status: 200, body: { success: true, left: LEFT } });
    expect((await lastOperation(world, number)).changes).toEqual(foreseen.changes);
    expectMoved(server.url);
  });

  test("a number whose sender is gone is moved too, and not called well", async () => {
    await removeSender();
    expect((await configureAll()).body.results).toMatchObject({
      success: 1,
      errors: [{ code: "whatsapp_sender_missing" }],
    });
    expectMoved(server.url);
    expect(await stored(world, number)).toMatchObject({ health: "drifted" });
  });
});

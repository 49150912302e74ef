import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { assign, lastAuditEntry, newNumber, stored, unassign, urlsOf, verify } from "../support/numbers.ts";
import {
  ACCOUNT_SID,
  API_KEY,
  addAgent,
  addNumber,
  createWorld,
  PUBLIC_URL,
  type World,
} from "../support/world.ts";

describeEachDatabase("assignment", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
  });
  afterAll(() => world.close());

  /** `fetch` as the page of an app would call it: a path, and no header but the key. */
  const fetch = (path: string, init: RequestInit = {}) =>
    world.switchhook.fetch(
      new Request(`${PUBLIC_URL}${path}`, { ...init, headers: { "x-api-key": API_KEY } }),
    );

  test("a number is assigned, verified and configured again with three bare fetch calls", async () => {
    await addNumber(world, "phone_123", { phoneNumber: "+14155550123" });
    world.emulator.control.createSender(ACCOUNT_SID, { phoneNumber: "+14155550123" });

    const assigned = await fetch("/api/phone-numbers/assign", {
      method: "POST",
      body: JSON.stringify({
        phoneNumberId: "phone_123",
        chatbotId: "agent_456",
        enableSms: true,
        enableWhatsApp: true,
      }),
    });
    expect(assigned.status).toBe(200);
    const urls = urlsOf("agent_456");

    const verified = await fetch("/api/phone-numbers/webhooks?phoneNumberId=phone_123");
    expect(verified.status).toBe(200);
    expect(await verified.json()).toEqual({
      phoneNumber: "+14155550123",
      configured: true,
      webhooks: {
        voiceUrl: urls.voice,
        voiceFallbackUrl: urls.voiceFallback,
        smsUrl: urls.message,
        smsFallbackUrl: urls.messageFallback,
        statusCallbackUrl: urls.status,
        whatsApp: {
          senderSid: expect.stringMatching(/^XE/),
          status: "ONLINE",
          callbackUrl: urls.message,
          fallbackUrl: urls.messageFallback,
          statusCallbackUrl: urls.status,
        },
      },
      effective: {
        voice: expect.objectContaining({ verdict: "ours", url: urls.voice }),
        sms: expect.objectContaining({ verdict: "ours", url: urls.message }),
        whatsapp: expect.objectContaining({ verdict: "ours", url: urls.message }),
      },
      messageStatus: {
        sms: { direct: expect.objectContaining({ verdict: "nobody" }), throughService: null },
        whatsapp: {
          direct: expect.objectContaining({ verdict: "ours", url: urls.status }),
          throughService: null,
        },
      },
      fixRequest: null,
      differences: [],
      errors: [],
    });

    const configured = await fetch("/api/phone-numbers/webhooks", { method: "PUT" });
    expect(configured.status).toBe(200);
    expect(await configured.json()).toEqual({
      success: true,
      message: "1 numbers configured, 0 failed.",
      results: { success: 1, failed: 0, errors: [] },
    });
  });

  test.each<[string, (text: string) => RequestInit]>([
    ["text/plain, which a bare fetch sends", (body) => ({ body })],
    ["no content type", (body) => ({ body: new TextEncoder().encode(body) })],
    ["application/json", (body) => ({ body: new Blob([body], { type: "application/json" }) })],
  ])("a body is taken as JSON under %s", async (_name, bodyOf) => {
    const number = await newNumber(world);
    const text = JSON.stringify({ phoneNumberId: number.id, chatbotId: "agent_456" });
    const answer = await fetch("/api/phone-numbers/assign", { method: "POST", ...bodyOf(text) });
    expect(answer.status).toBe(200);
  });

  test("the answer shows the number, its chatbot, the operation and what was written", async () => {
    const number = await newNumber(world);
    const { status, headers, body } = await assign(world, number);
    expect(status).toBe(200);
    expect(headers.get("x-request-id")).toMatch(/^req_/);
    expect(body).toEqual({
      success: true,
      message: `Agent agent_456 now answers ${number.e164}.`,
      phoneNumber: expect.objectContaining({
        id: number.id,
        phoneNumber: number.e164,
        chatbotId: "agent_456",
        chatbot: { id: "agent_456", name: "Agent agent_456" },
        channels: { voice: true, sms: false, whatsapp: false },
        health: "ok",
        openOperationId: null,
      }),
      operation: {
        id: expect.stringMatching(/^op_/),
        changes: expect.arrayContaining([
          {
            resource: "number",
            sid: number.sid,
            field: "voiceUrl",
            before: "",
            after: urlsOf("agent_456").voice,
          },
        ]),
      },
    });
    const operation = await world.request("GET", `/api/operations/${body.operation.id}`);
    expect(operation.body).toMatchObject({ state: "committed", phase: "finished", chatbotId: "agent_456" });
    expect(operation.body.requestId).toBe(headers.get("x-request-id"));
  });

  test("agentId is the same as chatbotId", async () => {
    const number = await newNumber(world);
    const answer = await world.request("POST", "/api/phone-numbers/assign", {
      phoneNumberId: number.id,
      agentId: "agent_789",
    });
    expect(answer.body.phoneNumber.chatbot).toEqual({ id: "agent_789", name: "Agent agent_789" });
    expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_789" });
  });

  test("an assignment and its end are in the audit log, with the Twilio configuration before", async () => {
    const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
    const assigned = await assign(world, number);
    expect(await lastAuditEntry(world, number.id)).toMatchObject({
      action: "phone_number.assign",
      outcome: "committed",
      actor: { userId: "key:environment", role: "owner" },
      requestId: assigned.headers.get("x-request-id"),
      before: {
        assignment: null,
        twilio: [{ sid: number.sid, fields: { voiceUrl: "https://before.example.com/voice" } }],
      },
      after: { operationId: assigned.body.operation.id, assignment: { agentId: "agent_456" } },
    });
    await unassign(world, number);
    expect(await lastAuditEntry(world, number.id)).toMatchObject({
      action: "phone_number.unassign",
      outcome: "committed",
      before: { assignment: { agentId: "agent_456" } },
      after: { assignment: { agentId: null } },
    });
    expect((await world.request("GET", "/api/audit/verify")).body).toMatchObject({ valid: true });
  });

  test("a number that nobody answers is not configured, and nothing is expected of it", async () => {
    const number = await newNumber(world);
    expect((await verify(world, number)).body).toMatchObject({
      configured: false,
      webhooks: { voiceUrl: null, smsUrl: null, whatsApp: null },
      effective: { voice: { verdict: "nobody" }, whatsapp: { verdict: "nobody" } },
      differences: [],
    });
  });

  test("an unassigned number can be assigned again", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const taken = await unassign(world, number);
    expect(taken.body).toMatchObject({
      success: true,
      phoneNumber: { chatbotId: null, health: "unassigned" },
    });
    expect((await assign(world, number, { chatbotId: "agent_789" })).status).toBe(200);
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
  });
});

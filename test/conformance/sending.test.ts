// Messages and calls go out as an agent's number, with our callbacks, and are known here from then on.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { assign, newNumber, newService, newWhatsAppNumber, urlsOf } from "../support/numbers.ts";
import { createKey, join, signUp } from "../support/people.ts";
import { call, creations, newAssignedNumber, outgoing, PERSON, send, withKey } from "../support/sending.ts";
import { ACCOUNT_SID, addAgent, createWorld, type World } from "../support/world.ts";

const urls = urlsOf("agent_456");
const MEDIA = ["https://example.com/a.png", "https://example.com/b.png"];

describeEachDatabase("sending", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  const get = (path: string) => world.request("GET", path);

  describe("a message", () => {
    test("goes out from the number itself, with our callback, and is known from then on", async () => {
      const number = await newAssignedNumber(world);
      const answer = await send(world, number);
      expect(answer).toMatchObject({
        status: 201,
        body: {
          sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
          phoneNumberId: number.id,
          chatbotId: "agent_456",
          channel: "sms",
          direction: "outbound",
          from: number.e164,
          to: PERSON,
          status: "queued",
          timeline: [{ status: "queued", at: expect.any(String) }],
          error: null,
          segments: 1,
          mediaCount: 0,
          cost: null,
          twilioPrice: null,
        },
      });
      const statusCallback = expect.stringMatching(/\/api\/twilio\/status\?sentAt=\d+#/);
      expect(creations(world, "Messages").map(({ params }) => params)).toEqual([
        { From: number.e164, To: PERSON, Body: "Hello", StatusCallback: statusCallback },
      ]);
      expect((await get(`/api/messages/${answer.body.sid}`)).body).toEqual({ ...answer.body, events: [] });
    });

    test("of a number in a Messaging Service does not go out through the service", async () => {
      const number = await newNumber(world);
      newService(world, [number.sid]);
      await assign(world, number);
      world.emulator.control.clearRequests();
      const { body } = await send(world, number);
      expect(creations(world, "Messages").map(({ params }) => Object.keys(params).toSorted())).toEqual([
        ["Body", "From", "StatusCallback", "To"],
      ]);
      expect(outgoing(world, "messages", number)).toMatchObject([
        { sid: body.sid, messaging_service_sid: null },
      ]);
    });

    test("with media is an MMS", async () => {
      const number = await newAssignedNumber(world);
      const { body } = await send(world, number, { text: undefined, mediaUrls: MEDIA });
      expect(body).toMatchObject({ channel: "mms", mediaCount: 2, sid: expect.stringMatching(/^MM/) });
      expect(outgoing(world, "messages", number)).toMatchObject([{ num_media: "2", body: "" }]);
    });

    test("over WhatsApp has WhatsApp's addresses", async () => {
      const number = await newWhatsAppNumber(world);
      await assign(world, number);
      // Twilio would take both, and send one.
      const two = await send(world, number, { channel: "whatsapp", mediaUrls: MEDIA });
      expect(two).toMatchObject({ status: 400, body: { code: "invalid_input" } });
      const { body } = await send(world, number, { channel: "whatsapp", mediaUrls: MEDIA.slice(0, 1) });
      expect(body).toMatchObject({
        channel: "whatsapp",
        from: `whatsapp:${number.e164}`,
        to: `whatsapp:${PERSON}`,
        segments: 1,
        mediaCount: 1,
      });
      expect((await get(`/api/messages/${body.sid}`)).body).toMatchObject({ channel: "whatsapp" });
    });

    test("to somebody who sent STOP is refused until they send START", async () => {
      const number = await newAssignedNumber(world);
      const { control } = world.emulator;
      await control.receiveMessage({ from: PERSON, to: number.e164, body: "STOP" });
      const before = outgoing(world, "messages", number);
      expect(await send(world, number)).toMatchObject({
        status: 409,
        body: {
          code: "recipient_opted_out",
          twilioCode: 21610,
          detail: expect.stringMatching(/STOP.*START/),
        },
      });
      expect(outgoing(world, "messages", number)).toEqual(before);
      await control.receiveMessage({ from: PERSON, to: number.e164, body: "START" });
      expect((await send(world, number)).status).toBe(201);
    });

    test("that is sent again with the same key is sent once", async () => {
      const number = await newAssignedNumber(world);
      const first = await send(world, number, {}, withKey("once"));
      const second = await send(world, number, {}, withKey("once"));
      expect(second).toMatchObject({ status: 201, body: first.body });
      expect(second.headers.get("idempotent-replayed")).toBe("true");
      expect(outgoing(world, "messages", number)).toHaveLength(1);
      const other = await send(world, number, { text: "Other" }, withKey("once"));
      expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    });
  });

  describe("a call", () => {
    test("asks the agent's URLs what to say, reports every state, and is known from then on", async () => {
      const number = await newAssignedNumber(world);
      const answer = await call(world, number, { timeoutSeconds: 30 });
      expect(answer).toMatchObject({
        status: 201,
        body: {
          sid: expect.stringMatching(/^CA[0-9a-f]{32}$/),
          phoneNumberId: number.id,
          chatbotId: "agent_456",
          direction: "outbound",
          from: number.e164,
          to: PERSON,
          status: "queued",
          answeredAt: null,
          durationSeconds: null,
          cost: null,
        },
      });
      expect(creations(world, "Calls").map(({ params }) => params)).toEqual([
        {
          From: number.e164,
          To: PERSON,
          Url: urls.voice,
          FallbackUrl: urls.voiceFallback,
          StatusCallback: urls.status,
          StatusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
          Timeout: "30",
        },
      ]);
      expect((await get(`/api/calls/${answer.body.sid}`)).body).toEqual({ ...answer.body, events: [] });
    });

    test("can go to a SIP address", async () => {
      const number = await newAssignedNumber(world);
      const to = "sip:desk@example.com;transport=tls";
      expect(await call(world, number, { to })).toMatchObject({ status: 201, body: { to } });
    });

    test("that is placed again with the same key is placed once", async () => {
      const number = await newAssignedNumber(world);
      const first = await call(world, number, {}, withKey("one call"));
      expect((await call(world, number, {}, withKey("one call"))).body).toEqual(first.body);
      expect(outgoing(world, "calls", number)).toHaveLength(1);
    });
  });

  test("a member may send and call", async () => {
    const owner = await signUp(world, `Owner${database}`);
    const member = await signUp(world, `Member${database}`);
    await join(world, owner, member, "member");
    await world.request("POST", "/api/agents", { id: "agent_456", name: "Theirs" }, owner.headers);
    const number = await newNumber(world);
    const lend = { organizationId: owner.orgId };
    await world.request("PUT", `/api/phone-numbers/${number.id}/allocation`, lend);
    await assign(world, number, {}, member.headers);
    const key = await createKey(world, owner, { role: "member" });
    for (const headers of [member.headers, key]) {
      expect((await send(world, number, {}, headers)).status).toBe(201);
      expect((await call(world, number, {}, headers)).status).toBe(201);
    }
    // With the operator's credentials, for the holder alone.
    expect(outgoing(world, "messages", number)).toMatchObject([
      { account_sid: ACCOUNT_SID },
      { account_sid: ACCOUNT_SID },
    ]);
    const list = await world.request("GET", `/api/messages?phoneNumberId=${number.id}`);
    expect(list.body.messages).toEqual([]);
  });
});

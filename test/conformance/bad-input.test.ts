// Bad input gets a problem document with a stable code, and changes nothing: neither in Twilio nor here.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NumberFields } from "../../emulator/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  everything,
  lastOperation,
  newNumber,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  verify,
  writes,
} from "../support/numbers.ts";
import { type Person, signUp } from "../support/people.ts";
import { ACCOUNT_SID, type Answer, API_KEY, addAgent, createWorld, type World } from "../support/world.ts";

const ASSIGN = "/api/phone-numbers/assign";
const WEBHOOKS = "/api/phone-numbers/webhooks";
const MIB = 1024 * 1024;
const assignment = { phoneNumberId: "phone_fixed", chatbotId: "agent_456" };

function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toMatchObject({
    type: `/errors/${code}`,
    title: expect.any(String),
    status,
    code,
    requestId: answer.headers.get("x-request-id"),
  });
  expect(answer.status).toBe(status);
}

describeEachDatabase("bad input", (database) => {
  let world: World;
  let stranger: Person;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
    stranger = await signUp(world, "Stranger");
    const agent = { id: "agent_of_stranger", name: "Theirs" };
    await world.request("POST", "/api/agents", agent, stranger.headers);
  });
  afterAll(() => world.close());

  test.each<[string, string, string, object, string, RegExp]>([
    ["whom to call", "POST", "/api/calls", { phoneNumberId: "phone_1", to: "sip:x" }, "to", /SIP URI/],
    [
      "which media",
      "POST",
      "/api/messages",
      { phoneNumberId: "phone_1", to: "+14155550123", mediaUrls: ["http://a.example.com/b.png"] },
      "mediaUrls.0",
      /https:\/\//,
    ],
    [
      "whom to dial",
      "POST",
      "/api/agents",
      { name: "A", voice: { kind: "dial", to: "me" } },
      "voice.to",
      /E\.164/,
    ],
    [
      "which parameter",
      "POST",
      "/api/agents",
      { name: "A", voice: { kind: "stream", url: "wss://a.example.com", parameters: { "a b": "c" } } },
      "voice.parameters.a b",
      /A-Z/,
    ],
    [
      "which socket",
      "POST",
      "/api/agents",
      { name: "A", voice: { kind: "stream", url: "ws://a.example.com" } },
      "voice.url",
      /wss:\/\//,
    ],
    [
      "which header",
      "PUT",
      "/api/usage/sink",
      { url: "https://a.example.com", headers: { Host: "b" } },
      "headers.Host",
      /Set by Switchhook/,
    ],
  ])("it is said in words %s is meant", async (_name, method, path, body, member, words) => {
    const answer = await world.request(method, path, body);
    expectProblem(answer, 400, "invalid_input");
    expect(answer.body.errors).toEqual([{ path: member, message: expect.stringMatching(words) }]);
  });

  test.each<[string, string, string, unknown, number, string]>([
    ["malformed JSON", "POST", ASSIGN, "{", 400, "malformed_json"],
    ["no body", "POST", ASSIGN, undefined, 400, "invalid_input"],
    ["an array for an object", "POST", ASSIGN, [], 400, "invalid_input"],
    ["no phone number", "POST", ASSIGN, { chatbotId: "agent_456" }, 400, "invalid_input"],
    ["no agent", "POST", ASSIGN, { phoneNumberId: "phone_fixed" }, 400, "invalid_input"],
    ["two agents", "POST", ASSIGN, { ...assignment, agentId: "agent_789" }, 400, "invalid_input"],
    ["a number for an id", "POST", ASSIGN, { ...assignment, phoneNumberId: 1 }, 400, "invalid_input"],
    ["text for a flag", "POST", ASSIGN, { ...assignment, enableSms: "yes" }, 400, "invalid_input"],
    ["a name that we do not know", "POST", ASSIGN, { ...assignment, enableSMS: true }, 400, "invalid_input"],
    ["an id with a slash", "POST", ASSIGN, { ...assignment, phoneNumberId: "../x" }, 400, "invalid_input"],
    ["an id with a NUL", "POST", ASSIGN, { ...assignment, chatbotId: "a\0" }, 400, "invalid_input"],
    [
      "an unknown number",
      "POST",
      ASSIGN,
      { ...assignment, phoneNumberId: "none" },
      404,
      "phone_number_not_found",
    ],
    ["an unknown agent", "POST", ASSIGN, { ...assignment, chatbotId: "none" }, 404, "agent_not_found"],
    [
      "another organization's agent",
      "POST",
      ASSIGN,
      { ...assignment, chatbotId: "agent_of_stranger" },
      404,
      "agent_not_found",
    ],
    ["an unknown number", "DELETE", ASSIGN, { phoneNumberId: "none" }, 404, "phone_number_not_found"],
    [
      "a number that is not assigned",
      "DELETE",
      ASSIGN,
      { phoneNumberId: "phone_fixed" },
      409,
      "number_not_assigned",
    ],
    [
      "a number that is not assigned",
      "POST",
      WEBHOOKS,
      { phoneNumberId: "phone_fixed" },
      409,
      "number_not_assigned",
    ],
    ["no number", "GET", WEBHOOKS, undefined, 400, "invalid_input"],
    ["an unknown number", "GET", `${WEBHOOKS}?phoneNumberId=none`, undefined, 404, "phone_number_not_found"],
    ["an unknown agent", "PUT", WEBHOOKS, { chatbotId: "none" }, 404, "agent_not_found"],
    ["two agents", "PUT", WEBHOOKS, { chatbotId: "agent_456", agentId: "agent_789" }, 400, "invalid_input"],
    ["malformed JSON", "PUT", WEBHOOKS, "{]", 400, "malformed_json"],
    ["a name with a NUL", "POST", "/api/agents", { name: "a\0" }, 400, "invalid_input"],
    ["half of a surrogate pair", "POST", "/api/agents", { name: "\ud800" }, 400, "invalid_input"],
    ["a NUL in a name", "POST", "/api/phone-numbers/import", { ids: { "\0": "a" } }, 400, "invalid_input"],
    ["a path with a NUL", "GET", "/api/operations/%00", undefined, 400, "invalid_input"],
    ["a cursor with a NUL", "GET", "/api/operations?cursor=%00", undefined, 400, "invalid_input"],
    ["a search for a NUL", "GET", "/api/phone-numbers?search=%00", undefined, 400, "invalid_input"],
    ["a target with a NUL", "GET", "/api/audit?targetId=%00", undefined, 400, "invalid_input"],
    [
      "an account SID that is none",
      "POST",
      "/api/twilio-accounts",
      { accountSid: "AC1", authToken: "t" },
      400,
      "invalid_input",
    ],
    [
      "a wrong auth token",
      "POST",
      "/api/twilio-accounts",
      { accountSid: ACCOUNT_SID, authToken: "wrong" },
      502,
      "twilio_credentials_rejected",
    ],
    ["an id that is taken", "POST", "/api/agents", { id: "agent_456", name: "Again" }, 409, "id_taken"],
    ["a cursor for a page of 0", "GET", "/api/agents?limit=0", undefined, 400, "invalid_input"],
    ["an address without anything", "GET", "/api/nothing", undefined, 404, "not_found"],
  ])("%s: %s %s", async (_name, method, path, body, status, code) => {
    if (!(await stored(world, { id: "phone_fixed" })).id) await importFixedNumber();
    const before = await everything(world);
    world.emulator.control.clearRequests();
    const headers = { "x-api-key": API_KEY };
    expectProblem(await world.request(method, path, body, headers), status, code);
    expect(await everything(world)).toEqual(before);
    expect(writes(world)).toEqual([]);
  });

  async function importFixedNumber(): Promise<void> {
    world.emulator.control.createNumber(ACCOUNT_SID, { phoneNumber: "+14155550100" });
    const ids = { "+14155550100": "phone_fixed" };
    await world.request("POST", "/api/phone-numbers/import", { accountId: world.accountId, ids });
  }

  test.each<[string, NumberFields & { capabilities?: object }, object, string]>([
    ["a number without voice", { capabilities: { voice: false } }, {}, "capability_missing"],
    [
      "SMS on a number without it",
      { capabilities: { sms: false } },
      { enableSms: true },
      "capability_missing",
    ],
    ["WhatsApp on a number without a sender", {}, { enableWhatsApp: true }, "whatsapp_sender_missing"],
  ])("%s is refused", async (_name, fields, input, code) => {
    const number = await newNumber(world, fields);
    await expectRefused(number, input, 409, code);
  });

  test.each(["OFFLINE", "CREATING", "PENDING_VERIFICATION", "DRAFT"] as const)(
    "a WhatsApp sender that is %s is refused",
    async (status) => {
      const number = await newWhatsAppNumber(world);
      world.emulator.control.setSenderStatus(number.senderSid, status);
      await expectRefused(number, { enableWhatsApp: true }, 409, "whatsapp_sender_offline");
      expect((await lastOperation(world, number)).error.detail).toContain(status);
    },
  );

  test("a released number is refused", async () => {
    const number = await newNumber(world);
    world.emulator.control.releaseNumber(number.sid);
    await world.request("POST", "/api/phone-numbers/import", { accountId: world.accountId });
    await expectRefused(number, {}, 409, "number_released");
    expectProblem(await verify(world, number), 409, "number_released");
  });

  async function expectRefused(
    number: TestNumber,
    input: object,
    status: number,
    code: string,
  ): Promise<void> {
    const before = await everything(world);
    world.emulator.control.clearRequests();
    expectProblem(await assign(world, number, input), status, code);
    expect(await everything(world)).toEqual(before);
    expect(writes(world)).toEqual([]);
  }

  test.each([
    ["declared", (body: string) => ({ body, headers: { "content-length": String(body.length) } })],
    [
      "streamed without a length",
      (body: string) => ({ body: new Blob([body]).stream(), duplex: "half" as const }),
    ],
  ])("a body over 1 MiB is refused, %s", async (_name, init) => {
    const before = await everything(world);
    const { headers = {}, ...rest }: RequestInit = init(
      JSON.stringify({ ...assignment, padding: "x".repeat(MIB) }),
    );
    const request = new Request(`https://switchhook.example.com${ASSIGN}`, {
      method: "POST",
      ...rest,
      headers: { ...Object.fromEntries(new Headers(headers)), "x-api-key": API_KEY },
    });
    const response = await world.switchhook.fetch(request);
    expectProblem(
      { status: response.status, headers: response.headers, body: await response.json() },
      413,
      "body_too_large",
    );
    expect(await everything(world)).toEqual(before);
  });

  test.each([
    ["nothing", {}],
    ["an unknown key", { "x-api-key": "sh_unknown" }],
    ["an unknown bearer token", { authorization: "Bearer unknown" }],
    ["a forged cookie", { cookie: "__Secure-switchhook.session_token=forged.forged" }],
  ])("whoever presents %s learns nothing", async (_name, headers) => {
    const before = await everything(world);
    for (const id of ["phone_fixed", "none"]) {
      expectProblem(await assign(world, { id }, {}, headers), 401, "unauthenticated");
    }
    expect(await everything(world)).toEqual(before);
  });

  test.each([
    ["GET", (id: string) => `/api/phone-numbers/${id}`, undefined],
    ["GET", (id: string) => `/api/agents/${id}`, undefined],
    ["GET", (id: string) => `${WEBHOOKS}?phoneNumberId=${id}`, undefined],
    ["POST", () => ASSIGN, (id: string) => ({ phoneNumberId: id, chatbotId: "agent_of_stranger" })],
    ["DELETE", () => ASSIGN, (id: string) => ({ phoneNumberId: id })],
    ["POST", () => WEBHOOKS, (id: string) => ({ phoneNumberId: id })],
    ["PUT", (id: string) => `/api/phone-numbers/${id}/allocation`, () => ({ organizationId: "org_default" })],
    ["DELETE", (id: string) => `/api/phone-numbers/${id}/allocation`, undefined],
  ])(
    "%s: another organization's id and an unknown one get the same answer, byte for byte",
    async (method, path, body) => {
      const number = await newNumber(world);
      const ask = async (id: string) => {
        const answer = await world.request(method, path(id), body?.(id), stranger.headers);
        expect(answer.status).toBe(404);
        answer.headers.delete("x-request-id");
        return [[...answer.headers], JSON.stringify(answer.body).replace(answer.body.requestId, "")];
      };
      const theirs = path("").includes("agents") ? "agent_456" : number.id;
      expect(await ask(theirs)).toEqual(await ask("none"));
    },
  );
});

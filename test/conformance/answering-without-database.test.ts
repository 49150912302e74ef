// Nothing is stored, nobody can be assigned anything, and still everybody gets an answer.
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type AgentEndpoint,
  type AgentResponse,
  json,
  startAgentEndpoint,
  xml,
} from "../support/agent-endpoint.ts";
import { assign, newNumber, type TestNumber } from "../support/numbers.ts";
import { startPostgres } from "../support/postgres.ts";
import { CALLER, callTo, createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { ACCOUNT_SID } from "../support/world.ts";

const GREETING = "<Response><Say>Hello from the agent</Say></Response>";

let world: ServedWorld;
let endpoint: AgentEndpoint;
let number: TestNumber;
let relayed: TestNumber;
let secret: string;
let messages = 0;

beforeAll(async () => {
  const postgres = await startPostgres({ isDurable: false });
  endpoint = await startAgentEndpoint();
  world = await createServedWorld("PGlite", {
    databaseUrl: `${postgres.url}/postgres`,
    allowedPrivateHosts: ["127.0.0.1"],
    answering: { replyWithinMs: 1_000 },
  });
  const webhook = { kind: "webhook", url: endpoint.url };
  number = await numberOf("agent_webhook", {
    voice: webhook,
    messaging: { ...webhook, fallbackText: "Not now" },
  });
  relayed = await numberOf("agent_relay", { voice: { kind: "relay", url: "wss://agent.example.com" } });
  secret = (await world.request("GET", "/api/agents/agent_webhook/webhook-secret")).body.secret;
  await postgres.stop();
});
afterAll(async () => {
  await world.close();
  await endpoint.close();
});

async function numberOf(id: string, answers: object): Promise<TestNumber> {
  await world.request("POST", "/api/agents", { id, name: id, ...answers });
  const assigned = await newNumber(world);
  await assign(world, assigned, { chatbotId: id, enableSms: true });
  return assigned;
}

function messageTo({ e164 }: TestNumber) {
  messages += 1;
  const MessageSid = `SM${String(messages).padStart(32, "0")}`;
  return { AccountSid: ACCOUNT_SID, MessageSid, From: CALLER, To: e164, Body: "Hello?" };
}

async function post(path: string, params: Readonly<Record<string, string>>): Promise<string> {
  const response = await world.postSigned(path, params);
  expect(response.status).toBe(200);
  return response.text();
}

test("a call is relayed, and goes on as it should when the relay fails", async () => {
  expect(await post("/api/twilio/voice?agentId=agent_relay", callTo(relayed))).toContain(
    "<ConversationRelay",
  );
  const failed = { ...callTo(relayed), SessionStatus: "failed" };
  expect(await post("/api/twilio/voice/ended?after=answer", failed)).toContain("We are sorry");
});

test("an agent's endpoint is asked, with a signature, and its answer is passed on", async () => {
  endpoint.answerWith(() => xml(GREETING));
  expect(await post("/api/twilio/voice?agentId=agent_webhook", callTo(number))).toBe(GREETING);
  endpoint.answerWith(() => json({ reply: "Hi" }));
  expect(await post("/api/twilio/webhook", messageTo(number))).toContain("<Body>Hi</Body>");
  const request = endpoint.requests.at(-1);
  expect(new Webhook(secret).verify(request?.body ?? "", request?.headers ?? {})).toMatchObject({
    type: "message.received",
  });
});

test("an agent that fails is replaced by its fallback", async () => {
  endpoint.answerWith(() => ({ status: 500 }));
  expect(await post("/api/twilio/webhook", messageTo(number))).toContain("<Body>Not now</Body>");
});

test("a stale URL is answered, and what could not be noted or stored is said and counted", async () => {
  expect(await post("/api/twilio/voice?agentId=agent_gone", callTo(relayed))).toContain("<ConversationRelay");
  const has = (msg: string) =>
    expect.poll(() => world.lines.some((line) => line.msg === msg), { timeout: 15_000 });
  await has("number.drift_not_noted").toBe(true);
  await has("call.not_recorded").toBe(true);
  await has("message.not_recorded").toBe(true);
  const { body } = await world.request("GET", "/metrics");
  expect(body).toMatch(/switchhook_unrecorded_total\{kind="call"\} [1-9]/);
});

test("a late reply that cannot be claimed is lost rather than sent twice, and that is said", async () => {
  const thought = Promise.withResolvers<AgentResponse>();
  endpoint.answerWith(() => thought.promise);
  const message = messageTo(number);
  expect(await post("/api/twilio/webhook", message)).toMatch(/<Response\/>$/);
  thought.resolve(json({ reply: "Too late" }));
  const lost = () =>
    world.lines.some(({ msg, sid }) => msg === "message.late_reply_failed" && sid === message.MessageSid);
  await expect.poll(lost, { timeout: 15_000 }).toBe(true);
  const sends = world.emulator.control.requests({ method: "POST", path: "/Messages[.]json$" });
  expect(sends).toEqual([]);
});

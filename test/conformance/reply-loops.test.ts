// Programs that answer each other, and a person who only looks like one. Time passes when a test says so, which makes every
// agent late: its reply goes out through Twilio's API.
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_RUN, MAX_RUN_BOTH_WAYS } from "../../src/answering/reply-loops.ts";
import { type AgentEndpoint, json, startAgentEndpoint } from "../support/agent-endpoint.ts";
import { settableClock } from "../support/clock.ts";
import { assign, newNumber, type TestNumber } from "../support/numbers.ts";
import { CALLER, createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { ACCOUNT_SID, addAgent, startNode } from "../support/world.ts";

const THINKS_MS = 8_000;

const clock = settableClock();
let world: ServedWorld;
let endpoint: AgentEndpoint;
let count = 0;
beforeAll(async () => {
  endpoint = await startAgentEndpoint();
  world = await createServedWorld("PostgreSQL", { clock, allowedPrivateHosts: ["127.0.0.1"] });
});
afterAll(async () => {
  await world.close();
  await endpoint.close();
});

async function newAgentsNumber(): Promise<TestNumber> {
  count += 1;
  const id = `agent_${count}`;
  const messaging = { kind: "webhook", url: `${endpoint.url}/message` };
  await world.request("POST", "/api/agents", { id, name: id, messaging });
  const number = await newNumber(world);
  await assign(world, number, { chatbotId: id, enableSms: true });
  return number;
}

const outcomeOf = (messageSid: string) =>
  world.lines.find(({ msg, sid }) => msg === "message.answered" && sid === messageSid)?.outcome;
const lateLine = (messageSid: string) =>
  world.lines.find(({ msg, sid }) => msg === "message.replied_late" && sid === messageSid);

/** Somebody writes, and the agent takes its time. @returns what it replied with */
async function write(from: string, { e164: to }: TestNumber): Promise<readonly unknown[]> {
  const sends = () => world.emulator.control.requests({ method: "POST", path: "/Messages[.]json$" });
  const before = sends().length;
  const { messageSid } = await world.emulator.control.receiveMessage({ from, to, body: "And you?" });
  if (outcomeOf(messageSid) === "cut") return [];
  clock.advance(THINKS_MS);
  await expect.poll(() => lateLine(messageSid), { timeout: 10_000 }).toBeDefined();
  return sends().slice(before);
}

test("two slow agents that write to each other come to an end, and whoever holds the number is told", async () => {
  endpoint.answerWith(() => json({ reply: "And you?" }));
  const [one, other] = [await newAgentsNumber(), await newAgentsNumber()];
  const turnOf = (turn: number) => (turn % 2 === 0 ? write(one.e164, other) : write(other.e164, one));
  let turns = 0;
  while (turns < 3 * MAX_RUN_BOTH_WAYS && (await turnOf(turns)).length > 0) turns++;
  expect(turns).toBe(2 * MAX_RUN_BOTH_WAYS);
  const alertsOf = async ({ id }: TestNumber) =>
    (await world.request("GET", `/api/alerts?kind=reply_loop&phoneNumberId=${id}`)).body.alerts;
  await expect
    .poll(() => alertsOf(other))
    .toMatchObject([
      {
        state: "open",
        severity: "warning",
        phoneNumber: { phoneNumber: other.e164 },
        facts: { messageSid: expect.stringMatching(/^SM/), channel: "sms" },
      },
    ]);
  // Nobody has written to it since.
  expect(await alertsOf(one)).toEqual([]);
  expect(world.lines).toContainEqual(
    expect.objectContaining({ msg: "message.loop_cut", phoneNumberId: other.id }),
  );
});

test("a program whose messages come to either of two nodes is not answered for twice as long", async () => {
  await addAgent(world, "agent_456");
  const number = await newNumber(world);
  await assign(world, number, { enableSms: true });
  const { switchhook } = await startNode(world, { publicUrl: world.url, clock });
  const nodes = [world.switchhook, switchhook];
  const path = "/api/twilio/webhook";
  const isAnswered = async (message: number) => {
    const MessageSid = `SM${String(message).padStart(32, "0")}`;
    const params = { AccountSid: ACCOUNT_SID, MessageSid, From: CALLER, To: number.e164, Body: "Hello?" };
    const headers = { "x-twilio-signature": world.sign(path, params) };
    const body = new URLSearchParams(params);
    const request = new Request(`${world.url}${path}`, { method: "POST", headers, body });
    const response = await nodes[message % nodes.length]?.fetch(request);
    return (await response?.text())?.includes("has your message");
  };
  let answered = 0;
  while (answered < 2 * MAX_RUN && (await isAnswered(answered))) answered++;
  expect(answered).toBeGreaterThanOrEqual(MAX_RUN);
  // What a node has not been told of yet when it answers.
  expect(answered).toBeLessThan(1.5 * MAX_RUN);
  await switchhook.stop();
});

test("a person whose agent answers in ten messages is answered for as long as they talk", async () => {
  const parts = Array.from({ length: 10 }, (_, index) => ({ text: `${index}` }));
  endpoint.answerWith(() => json({ messages: parts }));
  const number = await newAgentsNumber();
  for (let message = 0; message < 10; message++) {
    expect(await write(CALLER, number)).toHaveLength(10);
  }
});

test("replies that were thought of while others went out are left out as well", async () => {
  const thought = Promise.withResolvers<void>();
  endpoint.answerWith(async () => {
    await thought.promise;
    return json({ reply: "And you?" });
  });
  const number = await newAgentsNumber();
  const receive = () =>
    world.emulator.control.receiveMessage({ from: CALLER, to: number.e164, body: "And you?" });
  const received = await Promise.all(Array.from({ length: MAX_RUN + 20 }, receive));
  thought.resolve();
  const lines = () => received.map(({ messageSid }) => lateLine(messageSid)?.sent);
  await expect.poll(lines, { timeout: 20_000 }).not.toContain(undefined);
  expect(Object.groupBy(lines(), String)).toMatchObject({ sent: { length: MAX_RUN }, cut: { length: 20 } });
});

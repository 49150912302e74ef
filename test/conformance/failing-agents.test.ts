// Agents whose own endpoints fail. Who calls or writes gets the fallback and complains to nobody, so whoever has the agent
// is told.
import { afterAll, beforeAll, expect, test } from "vitest";
import { STEADY_MS } from "../../src/answering/failing-agents.ts";
import { type AgentEndpoint, json, startAgentEndpoint, xml } from "../support/agent-endpoint.ts";
import { settableClock } from "../support/clock.ts";
import { assign, newNumber } from "../support/numbers.ts";
import { CALLER, createServedWorld, type ServedWorld } from "../support/served-world.ts";

const clock = settableClock();
let world: ServedWorld;
let endpoint: AgentEndpoint;
beforeAll(async () => {
  endpoint = await startAgentEndpoint();
  world = await createServedWorld("PostgreSQL", { clock, allowedPrivateHosts: ["127.0.0.1"] });
});
afterAll(async () => {
  await world.close();
  await endpoint.close();
});

const works = xml("<Response><Say>Hello</Say></Response>");
const call = (to: string) => world.emulator.control.placeCall({ from: CALLER, to });
const write = (to: string) => world.emulator.control.receiveMessage({ from: CALLER, to, body: "Hello?" });

test.each([
  ["calls", "call", works, call],
  ["messages", "message", json({ reply: "Hi" }), write],
] as const)(
  "an agent that fails to answer %s is told of, until it answers again",
  async (_, about, answer, reach) => {
    const agentId = `agent_of_${about}s`;
    const webhook = { kind: "webhook", url: endpoint.url };
    await world.request("POST", "/api/agents", {
      id: agentId,
      name: "Own",
      voice: webhook,
      messaging: webhook,
    });
    const { e164 } = await assignedTo(agentId);
    const alerts = async () =>
      (await world.request("GET", "/api/alerts?kind=agent_failing")).body.alerts.filter(
        ({ facts }: { facts: { agentId: string } }) => facts.agentId === agentId,
      );

    endpoint.answerWith(() => ({ status: 503 }));
    await reach(e164);
    await reach(e164);
    await expect.poll(alerts).toMatchObject([
      {
        state: "open",
        severity: "warning",
        title: `The endpoint of the agent Own fails to answer ${about}s`,
        count: 1,
        detail: expect.stringContaining("answered with the status 503"),
        facts: { agentId, about, reason: "status" },
      },
    ]);

    endpoint.answerWith(() => answer);
    await reach(e164);
    clock.advance(STEADY_MS - 1);
    await reach(e164);
    expect(await alerts()).toMatchObject([{ state: "open" }]);
    clock.advance(1);
    await reach(e164);
    await expect.poll(alerts).toMatchObject([{ state: "resolved" }]);
  },
);

async function assignedTo(chatbotId: string) {
  const number = await newNumber(world);
  await assign(world, number, { chatbotId, enableSms: true });
  return number;
}

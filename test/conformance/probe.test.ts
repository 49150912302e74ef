// "Configured" becomes "reachable": a probe goes the way that Twilio's webhooks go, and leaves no trace behind.
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assign, newNumber, unassign } from "../support/numbers.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { addAgent, createWorld } from "../support/world.ts";

describe("a probe", () => {
  let world: ServedWorld;
  beforeAll(async () => {
    world = await createServedWorld("PostgreSQL");
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  const probe = (id: string) => world.request("POST", `/api/phone-numbers/${id}/probe`);

  test("finds every webhook of a number reachable, and is neither a call nor a message", async () => {
    const number = await newNumber(world);
    await assign(world, number, { enableSms: true });
    const { status, body } = await probe(number.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      phoneNumberId: number.id,
      reachable: true,
      webhooks: [
        { webhook: "voice", url: `${world.url}/api/twilio/voice?agentId=agent_456`, status: 200, ok: true },
        { webhook: "message", url: `${world.url}/api/twilio/webhook`, status: 200, ok: true },
        { webhook: "status", url: `${world.url}/api/twilio/status`, status: 204, ok: true },
      ],
    });
    expect(body.webhooks[0]).toMatchObject({ address: "127.0.0.1", problem: null, certificate: null });
    expect(body.webhooks[0].timings.answerMs).toEqual(expect.any(Number));
    expect((await world.request("GET", "/api/calls")).body.calls).toEqual([]);
    expect((await world.request("GET", "/api/messages")).body.messages).toEqual([]);
    expect(world.lines.map(({ msg }) => msg)).not.toContain("callback.stored");
  });

  test("leaves out messages where they are not managed", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const { body } = await probe(number.id);
    expect(body.webhooks.map(({ webhook }: { webhook: string }) => webhook)).toEqual(["voice", "status"]);
  });

  test("asks no agent for its TwiML", async () => {
    const voice = {
      kind: "webhook",
      url: "https://agent.example.com/voice",
      fallback: { kind: "say", text: "Later." },
    };
    await world.request("POST", "/api/agents", { id: "agent_webhook", name: "Webhook", voice });
    const number = await newNumber(world);
    await assign(world, number, { chatbotId: "agent_webhook" });
    expect((await probe(number.id)).body).toMatchObject({ reachable: true });
    expect(world.lines.map(({ msg }) => msg)).not.toContain("agent.failed");
  });

  test("of a number that is not assigned, of nobody's number, is refused", async () => {
    const number = await newNumber(world);
    expect(await probe(number.id)).toMatchObject({ status: 409, body: { code: "number_not_assigned" } });
    await assign(world, number);
    await unassign(world, number);
    expect(await probe(number.id)).toMatchObject({ status: 409, body: { code: "number_not_assigned" } });
    expect(await probe("phone_of_nobody")).toMatchObject({
      status: 404,
      body: { code: "phone_number_not_found" },
    });
  });
});

test.each<[string, number, Record<string, string>, RegExp]>([
  ["somebody else answers", 200, {}, /Something else than this Switchhook answers/],
  ["it redirects", 301, { location: "https://www.example.com/" }, /redirects to https:\/\/www/],
  ["a proxy spoils the signature", 403, {}, /The signature was refused/],
])("a probe says so when %s", async (_name, status, headers, problem) => {
  const impostor = createServer((_request, response) => {
    response.writeHead(status, headers).end("<Response/>");
  });
  const port = await new Promise<number>((resolve) => {
    impostor.listen(0, "127.0.0.1", () => {
      const address = impostor.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
  const world = await createWorld({
    emulator: { allowLocalhostUrls: true },
    switchhook: { publicUrl: `http://127.0.0.1:${port}` },
  });
  await addAgent(world, "agent_456");
  const number = await newNumber(world);
  await assign(world, number);
  const { body } = await world.request("POST", `/api/phone-numbers/${number.id}/probe`);
  expect(body).toMatchObject({ reachable: false, webhooks: [{ ok: false }, { ok: false }] });
  expect(body.webhooks[0].problem).toMatch(problem);
  impostor.close();
  await world.close();
});

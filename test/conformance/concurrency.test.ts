// Many at once: of two assignments of one number, one wins, and Twilio has the winner's URL.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  freshNames,
  inTwilio,
  newNumber,
  stored,
  type TestNumber,
  verify,
} from "../support/numbers.ts";
import { ACCOUNT_SID, type Answer, addAgent, createWorld, startNode, type World } from "../support/world.ts";

const REPETITIONS = 20;

/** Latencies in milliseconds of the requests to Twilio, in their order: they make the two meet at different steps. */
const timings = Array.from({ length: REPETITIONS }, (_, index) => ({
  repetition: index,
  latenciesMs: [(index * 7) % 23, (index * 5) % 17, (index * 3) % 13],
}));

function slowDown(world: World, number: TestNumber, latenciesMs: readonly number[]): void {
  for (const ms of latenciesMs) {
    world.emulator.control.addFault({ path: number.sid, effect: { kind: "latency", ms } });
  }
}

async function expectOneWinner(world: World, number: TestNumber, answers: readonly Answer[]): Promise<void> {
  const winners = answers.filter(({ status }) => status === 200);
  expect(winners).toHaveLength(1);
  for (const loser of answers.filter(({ status }) => status !== 200)) {
    expect(loser.status).toBe(409);
    expect(["operation_in_progress", "number_assigned"]).toContain(loser.body.code);
    const mayTryAgain = loser.body.code === "operation_in_progress";
    expect(loser.headers.has("retry-after")).toBe(mayTryAgain);
  }
  const winner = winners[0]?.body.phoneNumber.chatbotId;
  expect(await stored(world, number)).toMatchObject({ chatbotId: winner, openOperationId: null });
  expect(inTwilio(world, "numbers", number.sid)).toMatchObject({
    voice_url: expect.stringContaining(`agentId=${winner}#`),
    voice_fallback_url: expect.stringContaining(`agentId=${winner}#`),
  });
}

describeEachDatabase("concurrency", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database });
    for (const agent of ["agent_456", "agent_789"]) await addAgent(world, agent);
  });
  afterAll(() => world.close());

  test.each(timings)(
    "of two assignments of one number, one wins (timing $repetition)",
    async ({ latenciesMs }) => {
      const number = await newNumber(world);
      slowDown(world, number, latenciesMs);
      const answers = await Promise.all([
        assign(world, number),
        assign(world, number, { chatbotId: "agent_789" }),
      ]);
      world.emulator.control.clearFaults();
      await expectOneWinner(world, number, answers);
    },
  );

  test("of ten assignments of one number to one agent, each succeeds or is told to wait", async () => {
    const number = await newNumber(world);
    const answers = await Promise.all(Array.from({ length: 10 }, () => assign(world, number)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
    expect((await world.request("GET", "/api/audit/verify")).body).toMatchObject({ valid: true });
  });

  test("twenty numbers at once are all assigned, and the audit chain holds", async () => {
    const numbers: TestNumber[] = [];
    for (let index = 0; index < 20; index++) numbers.push(await newNumber(world));
    const answers = await Promise.all(numbers.map((number) => assign(world, number, { enableSms: true })));
    expect(answers.map(({ status }) => status)).toEqual(numbers.map(() => 200));
    const verified = await Promise.all(numbers.map((number) => verify(world, number)));
    expect(verified.map(({ body }) => body.configured)).toEqual(numbers.map(() => true));
    expect((await world.request("GET", "/api/audit/verify")).body).toMatchObject({ valid: true });
  });

  test("an assignment and an unassignment of one number leave one of the two, whole", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const answers = await Promise.all([assign(world, number, { enableSms: true }), unassignQuietly(number)]);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    const { chatbotId } = await stored(world, number);
    const { body } = await verify(world, number);
    expect(body.configured).toBe(chatbotId !== null);
    expect(body.webhooks.voiceUrl === null).toBe(chatbotId === null);
  });

  const unassignQuietly = (number: TestNumber) =>
    world.request("DELETE", "/api/phone-numbers/assign", { phoneNumberId: number.id });
});

describe("two nodes on one PostgreSQL", () => {
  let world: World;
  let node: Awaited<ReturnType<typeof startNode>>;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL" });
    node = await startNode(world);
    for (const agent of ["agent_456", "agent_789"]) await addAgent(world, agent);
  });
  afterAll(async () => {
    await node.switchhook.stop();
    await world.close();
  });

  test.each(timings)(
    "of two assignments of one number, one wins (timing $repetition)",
    async ({ latenciesMs }) => {
      const number = await newNumber(world);
      slowDown(world, number, latenciesMs);
      const onTheOther = { ...world, request: node.request };
      const answers = await Promise.all([
        assign(world, number),
        assign(onTheOther, number, { chatbotId: "agent_789" }),
      ]);
      world.emulator.control.clearFaults();
      await expectOneWinner(world, number, answers);
      expect(await stored(onTheOther, number)).toEqual(await stored(world, number));
    },
  );

  test("both write one audit chain", async () => {
    const numbers = [
      await newNumber(world),
      await newNumber(world),
      await newNumber(world),
      await newNumber(world),
    ];
    const nodes = [world, { ...world, request: node.request }];
    const answers = await Promise.all(
      numbers.map((number, index) => assign(nodes[index % 2] ?? world, number, { enableSms: true })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await node.request("GET", "/api/audit/verify")).body).toMatchObject({ valid: true });
  });

  test("changes of an agent's name and of its voice, made at once, are both kept", async () => {
    for (let round = 0; round < 10; round++) {
      const id = `agent_changed_${round}`;
      await addAgent(world, id);
      const voice = { kind: "reject", reason: "busy" };
      const answers = await Promise.all([
        world.request("PATCH", `/api/agents/${id}`, { name: "Renamed" }),
        node.request("PATCH", `/api/agents/${id}`, { voice }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      const { body } = await world.request("GET", `/api/agents/${id}`);
      expect(body).toMatchObject({ name: "Renamed", voice });
    }
  });

  test("imports of one account, made at once, all succeed and import each number once", async () => {
    const names = Array.from({ length: 25 }, () => freshNames());
    for (const { e164 } of names) world.emulator.control.createNumber(ACCOUNT_SID, { phoneNumber: e164 });
    const body = { accountId: world.accountId };
    const answers = await Promise.all(
      [world, node, world, node, world, node].map(({ request }) =>
        request("POST", "/api/phone-numbers/import", body),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.map((answer) => answer.body.imported).toSorted((a, b) => a - b)).toEqual([
      0, 0, 0, 0, 0, 25,
    ]);
    const { body: listed } = await world.request("GET", "/api/phone-numbers?limit=200");
    const e164s = listed.phoneNumbers.map(({ phoneNumber }: { phoneNumber: string }) => phoneNumber);
    for (const { e164 } of names) expect(e164s.filter((found: string) => found === e164)).toEqual([e164]);
  });
});

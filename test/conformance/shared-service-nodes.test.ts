// Nodes that change numbers of one Messaging Service at once have nothing but the database to keep them apart.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OperationStep } from "../../src/phone-numbers/operations/operation-deps.ts";
import {
  assign,
  newNumber,
  newService,
  stored,
  type TestNumber,
  unassign,
  verify,
} from "../support/numbers.ts";
import { addAgent, createWorld, startNode, type World } from "../support/world.ts";

describe("two nodes on one PostgreSQL", () => {
  let world: World;
  let node: Awaited<ReturnType<typeof startNode>>;
  let onStep: (step: OperationStep) => Promise<void> = async () => {};
  beforeAll(async () => {
    const switchhook = { onStep: (step: OperationStep) => onStep(step) };
    world = await createWorld({ database: "PostgreSQL", switchhook });
    node = await startNode(world, switchhook);
    await addAgent(world, "agent_456");
  });
  afterAll(async () => {
    await node.switchhook.stop();
    await world.close();
  });

  test("of ten that take over one service at once, one does, and the others are told to wait", async () => {
    const serviceSid = newService(world, []);
    const numbers: TestNumber[] = [];
    for (let count = 0; count < 10; count++) {
      const number = await newNumber(world);
      world.emulator.control.addToService(serviceSid, number.sid);
      numbers.push(number);
    }
    // Whoever has the service goes on when every other has either got it as well or been refused.
    const everybody = Promise.withResolvers<void>();
    const arrived = { holding: 0, refused: 0 };
    const arrive = (how: keyof typeof arrived) => {
      arrived[how]++;
      if (arrived.holding + arrived.refused === numbers.length) everybody.resolve();
    };
    onStep = async (step) => {
      if (step !== "state_read") return;
      arrive("holding");
      await everybody.promise;
    };
    const nodes = [world, { ...world, request: node.request }];
    const takeOver = async (number: TestNumber, index: number) => {
      const answer = await assign(nodes[index % 2] ?? world, number, { enableSms: true, takeover: true });
      if (answer.status !== 200) arrive("refused");
      return answer;
    };
    const answers = await Promise.all(numbers.map(takeOver));
    onStep = async () => {};
    expect(arrived).toEqual({ holding: 1, refused: 9 });
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === "operation_in_progress")).toHaveLength(9);
  });

  /** Latencies of the requests to Twilio in their order, so that the two meet at different steps. */
  const timings = Array.from({ length: 12 }, (_, index) => ({
    repetition: index,
    latenciesMs: [(index * 7) % 23, (index * 5) % 17, (index * 3) % 13, (index * 11) % 19],
  }));

  test.each(timings)(
    "that change two numbers of one service at once leave both as they are told to be (timing $repetition)",
    async ({ latenciesMs }) => {
      const [a, b] = [await newNumber(world), await newNumber(world)];
      newService(world, [a.sid, b.sid]);
      for (const ms of latenciesMs) world.emulator.control.addFault({ effect: { kind: "latency", ms } });
      const onTheOther = { ...world, request: node.request };
      const input = { enableSms: true, takeover: true };
      await assign(world, a, input);
      const answers = await Promise.all([
        unassign(world, a, { restore: true }),
        assign(onTheOther, b, input),
        assign(world, a, input),
      ]);
      world.emulator.control.clearFaults();
      const refusals = answers.filter(({ status }) => status !== 200);
      for (const refusal of refusals)
        expect(refusal).toMatchObject({ body: { code: "operation_in_progress" } });
      for (const number of [a, b]) {
        const { chatbotId } = await stored(world, number);
        expect((await verify(world, number)).body.configured).toBe(chatbotId !== null);
      }
    },
  );
});

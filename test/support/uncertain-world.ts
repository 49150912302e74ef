// A world in which operations are disturbed at any of their steps, and time is the test's.
import { expect } from "vitest";
import type { Fault, FaultEffect } from "../../emulator/index.ts";
import type { Clock } from "../../src/index.ts";
import { settableClock } from "./clock.ts";
import type { DatabaseKind } from "./databases.ts";
import { Moments } from "./moments.ts";
import { assign, stored, type TestNumber } from "./numbers.ts";
import { addAgent, createWorld, type World } from "./world.ts";

export const LEASE_MS = 60_000;
/** How long a write without an answer may still land. */
export const WINDOW_MS = 30_000;
const TIMEOUT_MS = 700;

export interface UncertainWorld extends World {
  readonly clock: Clock & { advance(ms: number): void };
  readonly moments: Moments;
  /** By default of the next write. */
  fault(effect: FaultEffect, where?: Partial<Fault>): void;
  recover(): Promise<number>;
  /** Takes back whatever a test has planned. */
  calm(): void;
}

/** With the agents agent_456 and agent_789. */
export async function createUncertainWorld(database: DatabaseKind): Promise<UncertainWorld> {
  const clock = settableClock();
  const moments = new Moments();
  const world = await createWorld({
    database,
    switchhook: { ...uncertainOptions(clock), onStep: moments.reach },
  });
  await addAgent(world, "agent_456");
  await addAgent(world, "agent_789");
  const { control } = world.emulator;
  return {
    ...world,
    clock,
    moments,
    fault: (effect, where) => control.addFault({ method: "POST", ...where, effect }),
    recover: () => world.switchhook.api.operations.recover(),
    calm: () => {
      moments.clear();
      control.clearFaults();
    },
  };
}

/** What its nodes have in common. */
export function uncertainOptions(clock: Clock) {
  return {
    clock,
    leaseMs: LEASE_MS,
    lateWriteWindowMs: WINDOW_MS,
    twilioTimeoutMs: TIMEOUT_MS,
  };
}

/** The outcomes in the audit log of a number. */
export async function auditOutcomes(world: World, { id }: TestNumber): Promise<readonly string[]> {
  const { body } = await world.request("GET", `/api/audit?targetId=${id}`);
  return body.entries.map(({ outcome }: { outcome: string }) => outcome);
}

export async function expectLocked(world: World, number: TestNumber): Promise<void> {
  const answer = await assign(world, number, { chatbotId: "agent_789" });
  expect(answer).toMatchObject({ status: 409, body: { code: "operation_in_progress" } });
  expect(answer.headers.get("retry-after")).not.toBeNull();
}

export async function expectFree(world: World, number: TestNumber): Promise<void> {
  expect((await stored(world, number)).openOperationId).toBeNull();
  expect(await assign(world, number, { chatbotId: "agent_789" })).toMatchObject({ status: 200 });
}

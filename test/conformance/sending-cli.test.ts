// Calls from the command line, in a process of its own, against a server that listens.
import { afterAll, beforeAll, expect, test } from "vitest";
import { runSwitchhook } from "../support/command-line.ts";
import { creations, newAssignedNumber, PERSON } from "../support/sending.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";

let world: ServedWorld;
beforeAll(async () => {
  world = await createServedWorld("PostgreSQL");
  await addAgent(world, "agent_456");
});
afterAll(() => world.close());

test("a call is placed with the machine detection that was asked for", async () => {
  const { e164 } = await newAssignedNumber(world);
  const call = (mode: string) =>
    runSwitchhook(world.url, ["call", e164, PERSON, "--machine-detection", mode, "--json"]);
  const placed = await call("DetectMessageEnd");
  expect(placed).toMatchObject({ exitCode: 0, err: "" });
  expect(JSON.parse(placed.out)).toMatchObject({ status: "queued", to: PERSON, answeredBy: null });
  expect(creations(world, "Calls").map(({ params }) => params)).toMatchObject([
    { MachineDetection: "DetectMessageEnd" },
  ]);
  const refused = await call("loudly");
  expect(refused.exitCode).toBe(1);
  expect(refused.err).toContain("--machine-detection: ");
});

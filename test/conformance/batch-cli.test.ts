// A batch from the command line, in a process of its own, against a server that listens.
import { afterAll, beforeAll, expect, test } from "vitest";
import { runSwitchhook } from "../support/command-line.ts";
import { newNumber, type TestNumber } from "../support/numbers.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";

let world: ServedWorld;
let number: TestNumber;
beforeAll(async () => {
  world = await createServedWorld("PGlite");
  await addAgent(world, "agent_456");
  number = await newNumber(world, { voice_url: "https://theirs.example.com" });
});
afterAll(() => world.close());

const switchhook = (...args: readonly string[]) => runSwitchhook(world.url, args);

test("is planned, looked at, applied, followed to its end and undone", async () => {
  const planned = await switchhook(
    "--json",
    "batch",
    "plan",
    "assign",
    "--to",
    "agent_456",
    "--number",
    number.e164,
  );
  expect(planned).toMatchObject({ exitCode: 0, err: "" });
  const { id } = JSON.parse(planned.out);
  const items = await switchhook("batch", "items", id);
  expect(items.out).toContain(`pending   ${number.e164.padEnd(16)} ${number.id}\n`);
  expect(items.out).toContain("voiceUrl: https://theirs.example.com > ");
  const applied = await switchhook("batch", "apply", id, "--follow");
  expect(applied).toMatchObject({ exitCode: 0, err: "" });
  expect(applied.out.trimEnd().split("\n").at(-1)).toBe(`${id} assign    done      1 done`);
  const undone = await switchhook("--json", "batch", "undo", id);
  const undoing = JSON.parse(undone.out).id;
  await switchhook("batch", "follow", undoing);
  expect((await switchhook("batch", "show", id)).out).toBe(`${id} assign    done      1 undone\n`);
  expect((await switchhook("batch", "list")).out.split("\n")).toHaveLength(3);
});

test("says in a plan which channels the agent will not have", async () => {
  const planning = ["batch", "plan", "assign", "--to", "agent_456", "--number", number.id];
  const { out } = await switchhook(...planning, "--sms");
  expect(out).toContain("The agent answers calls and SMS, and no WhatsApp, also of numbers that had it.");
  const id = out.split(" ")[0] ?? "";
  expect(out).toContain(`switchhook batch items ${id} lists`);
  await switchhook("batch", "cancel", id);
});

test("exits with 1, and says why, when it stops", async () => {
  const effect = { kind: "error", status: 400, code: 21402 } as const;
  world.emulator.control.addFault({ method: "POST", path: number.sid, effect });
  const planned = await switchhook("--json", "batch", "plan", "assign", "--to", "agent_456", "--all");
  const { exitCode, out } = await switchhook("batch", "apply", JSON.parse(planned.out).id, "--follow");
  expect(exitCode).toBe(1);
  expect(out).toContain("A number of the canary failed");
});

test("says what is wrong with a plan that selects nothing", async () => {
  const { exitCode, err } = await switchhook("batch", "plan", "configure");
  expect(exitCode).toBe(1);
  expect(err).toContain("Give --all, or --number, or at least one of --agent, --account, --health");
});

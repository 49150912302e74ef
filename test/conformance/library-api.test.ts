// What a host reads and follows without HTTP in between is what the HTTP API shows.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../../src/index.ts";
import { newNumber, type TestNumber } from "../support/numbers.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

let world: World;
let api: World["switchhook"]["api"];
let actor: Actor;
let number: TestNumber;
beforeAll(async () => {
  world = await createWorld();
  ({ api } = world.switchhook);
  actor = { orgId: world.switchhook.defaultOrganizationId, userId: "host-user", role: "owner" };
  await addAgent(world, "agent_456");
  number = await newNumber(world);
});
afterAll(() => world.close());

test("a change is followed phase by phase, and is on the number's time line", async () => {
  const watching = await api.phoneNumbers.watch(actor, number.id);
  const assigned = await api.phoneNumbers.assign(actor, { phoneNumberId: number.id, agentId: "agent_456" });
  const states: string[] = [];
  for await (const operation of watching) {
    if (operation) states.push(operation.state);
    if (operation?.state === "committed") break;
  }
  expect(states.at(-1)).toBe("committed");
  const { rows: entries } = await api.phoneNumbers.timeline(actor, number.id, { limit: 10 });
  expect(entries).toMatchObject([{ kind: "operation", operation: { id: assigned.operation.id } }]);
  expect(await api.phoneNumbers.get(actor, number.id)).toMatchObject({
    assignment: { agentId: "agent_456" },
  });
});

test("the overview, the accounts and the audit are an organization's own", async () => {
  const stranger: Actor = { orgId: "host-stranger", userId: "host-user", role: "owner" };
  expect(await api.overview.read(actor)).toMatchObject({ numbers: { total: 1, byHealth: { ok: 1 } } });
  expect(await api.overview.read(stranger)).toMatchObject({ numbers: { total: 0 }, latest: [] });
  expect(await api.accounts.list(actor)).toMatchObject([{ id: world.accountId }]);
  expect(await api.accounts.list(stranger)).toEqual([]);
  expect(await api.audit.verify(actor)).toMatchObject({ valid: true });
  const { rows: entries } = await api.audit.list(actor, { limit: 100 });
  expect(entries.map(({ action }) => action)).toContain("phone_number.assign");
  await expect(api.phoneNumbers.get(stranger, number.id)).rejects.toMatchObject({
    code: "phone_number_not_found",
  });
});

test("a stream ends when the node stops", async () => {
  const watching = api.activity.watch(actor);
  expect(await watching.next()).toEqual({ done: false, value: "open" });
  world.switchhook.endStreams();
  for await (const activity of watching) expect(activity).toBeUndefined();
});

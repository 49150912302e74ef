// The operator's number and one that is lent share a Messaging Service: each keeps the other waiting, and neither learns of
// the other.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { Moments } from "../support/moments.ts";
import {
  allocate,
  assign,
  newNumber,
  newService,
  stored,
  type TestNumber,
  unassign,
  verify,
} from "../support/numbers.ts";
import { type Person, signUp } from "../support/people.ts";
import { IN_PROGRESS } from "../support/shared-service.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const PROBLEM_MEMBERS = ["code", "detail", "requestId", "status", "title", "type"];

describeEachDatabase("a Messaging Service with a lent number", (database) => {
  const moments = new Moments();
  let world: World;
  let ben: Person;
  let own: TestNumber;
  let lent: TestNumber;
  let serviceSid: string;
  beforeAll(async () => {
    world = await createWorld({ database, switchhook: { onStep: moments.reach } });
    await addAgent(world, "agent_456");
    ben = await signUp(world, "Ben");
    await world.request("POST", "/api/agents", { id: "agent_456", name: "Ben's" }, ben.headers);
  });
  beforeEach(async () => {
    [own, lent] = [await newNumber(world), await newNumber(world)];
    await allocate(world, lent, ben.orgId);
    serviceSid = newService(world, [own.sid, lent.sid]);
    await assign(world, own, { enableSms: true, takeover: true });
  });
  afterEach(() => moments.clear());
  afterAll(() => world.close());

  test("keeps its holder waiting while the operator changes it, and tells them nothing of either", async () => {
    const restoring = moments.pauseAt("state_read");
    const unassigning = unassign(world, own, { restore: true });
    await restoring.reached;
    const { openOperationId } = await stored(world, own);
    const refused = await assign(world, lent, { enableSms: true }, ben.headers);
    restoring.resume();
    expect((await unassigning).status).toBe(200);
    expect(refused).toMatchObject(IN_PROGRESS);
    expect(refused.body.detail).toMatch(/Try again.*leave SMS and WhatsApp out/);
    expect(Object.keys(refused.body).toSorted()).toEqual(
      [...PROBLEM_MEMBERS, "operationId", "outcome"].toSorted(),
    );
    const path = `/api/operations/${refused.body.operationId}`;
    const { body: told } = await world.request("GET", path, undefined, ben.headers);
    for (const secret of [serviceSid, openOperationId, own.e164]) {
      expect(JSON.stringify([refused.body, told])).not.toContain(secret);
    }
  });

  test("keeps the operator from putting it back, and does not tell them who is in the way", async () => {
    const relying = moments.pauseAt("state_read");
    const assigning = assign(world, lent, { enableSms: true }, ben.headers);
    await relying.reached;
    const refused = await unassign(world, own, { restore: true });
    relying.resume();
    expect((await assigning).status).toBe(200);
    expect(refused).toMatchObject(IN_PROGRESS);
    expect(refused.body).toMatchObject({ serviceSid });
    expect(refused.body.detail).toContain("without restore: true");
    expect(refused.body).not.toHaveProperty("waitsFor");
    expect((await verify(world, lent, ben.headers)).body).toMatchObject({ configured: true });
    expect((await unassign(world, own)).status).toBe(200);
    expect((await verify(world, lent, ben.headers)).body).toMatchObject({ configured: true });
  });
});

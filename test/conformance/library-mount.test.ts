// Mounted in a host: the host says who asks and which organizations there are; we have heard of none of them.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SwitchhookOptions } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { allocate, assign, newNumber, verify } from "../support/numbers.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const CUSTOMER = { "x-host-organization": "host-customer-7" };

/** A host that believes a header; requests without one are its operator's. */
const authenticate: NonNullable<SwitchhookOptions["authenticate"]> = async ({ headers }) => ({
  orgId: headers.get("x-host-organization") ?? "host-operator",
  userId: "host-user",
  role: "owner",
});

describeEachDatabase("mounted with the host's authentication", (database) => {
  describe.each<[string, Pick<SwitchhookOptions, "organizationExists">, object]>([
    [
      "that says which organizations exist",
      { organizationExists: async (id) => id === "host-customer-7" },
      { status: 404, body: { code: "organization_not_found" } },
    ],
    [
      "that does not say which organizations exist",
      {},
      { status: 200, body: { holderId: "host-unheard-of" } },
    ],
  ])("%s", (_name, options, outcome) => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld({ database, switchhook: { authenticate, ...options } });
      await addAgent(world, "agent_456");
      await world.request("POST", "/api/agents", { id: "agent_456", name: "Customer's" }, CUSTOMER);
    });
    afterAll(() => world.close());

    test("a number is allocated to the host's customer, who assigns it", async () => {
      const number = await newNumber(world);
      expect(await allocate(world, number, "host-customer-7")).toMatchObject({
        status: 200,
        body: { holderId: "host-customer-7" },
      });
      const assigned = await assign(world, number, {}, CUSTOMER);
      expect(assigned.body.phoneNumber.chatbot).toEqual({ id: "agent_456", name: "Customer's" });
      expect((await verify(world, number, CUSTOMER)).body).toMatchObject({ configured: true });
      expect(await assign(world, number)).toMatchObject({ status: 404 });
      const verdict = await world.request("GET", "/api/audit/verify", undefined, CUSTOMER);
      expect(verdict.body).toMatchObject({ valid: true, entries: 3 });
    });

    test("an id that nobody has seen before is as good as what the host says of it", async () => {
      const number = await newNumber(world);
      expect(await allocate(world, number, "host-unheard-of")).toMatchObject(outcome);
    });
  });
});

// Finding one's way among many numbers: filters, searches and counts.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { assign, newNumber, type TestNumber } from "../support/numbers.ts";
import { type Person, signUp } from "../support/people.ts";
import { addAgent, createWorld, PUBLIC_URL, type World } from "../support/world.ts";

describeEachDatabase("the list of numbers", (database) => {
  let world: World;
  let shop: TestNumber;
  let office: TestNumber;
  let spare: TestNumber;
  let stranger: Person;
  beforeAll(async () => {
    world = await createWorld({ database, switchhook: { trustedOrigins: [PUBLIC_URL] } });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
    shop = await newNumber(world, { friendly_name: "ZÜRICH Shop 100%_" });
    office = await newNumber(world, { friendly_name: "Office" });
    spare = await newNumber(world, { friendly_name: "Spare" });
    await assign(world, shop);
    await assign(world, office, { chatbotId: "agent_789" });
    stranger = await signUp(world, "Stranger");
  });
  afterAll(() => world.close());

  const idsOf = async (query: Record<string, string>, headers?: Person["headers"]) => {
    const path = `/api/phone-numbers?${new URLSearchParams(query).toString()}`;
    const { body } = await world.request("GET", path, undefined, headers);
    return body.phoneNumbers.map(({ id }: { id: string }) => id);
  };
  const counts = async (query: Record<string, string> = {}, headers?: Person["headers"]) =>
    (
      await world.request(
        "GET",
        `/api/phone-number-counts?${new URLSearchParams(query).toString()}`,
        undefined,
        headers,
      )
    ).body;

  test("finds a number by any of its digits, however they are written", async () => {
    const { id, e164 } = shop;
    const last = e164.slice(-10);
    const written = `(${last.slice(0, 3)}) ${last.slice(3, 6)}-${last.slice(6)}`;
    for (const search of [e164, last, written, e164.slice(-4)]) expect(await idsOf({ search })).toEqual([id]);
  });

  test("finds a number by its name in any letters, and takes wildcards for what they are", async () => {
    for (const search of ["shop", "100%_", " Rich s"]) expect(await idsOf({ search })).toEqual([shop.id]);
    expect(await idsOf({ search: "S%P" })).toEqual([]);
  });

  test("is narrowed by agent, assignment, account and health", async () => {
    expect(await idsOf({ agentId: "agent_789" })).toEqual([office.id]);
    expect(await idsOf({ chatbotId: "agent_789" })).toEqual([office.id]);
    expect(await idsOf({ assigned: "false" })).toEqual([spare.id]);
    expect(await idsOf({ health: "ok", search: "office" })).toEqual([office.id]);
    expect(await idsOf({ accountId: world.accountId, status: "active" })).toHaveLength(3);
    const both = await world.request("GET", "/api/phone-numbers?agentId=agent_456&chatbotId=agent_789");
    expect(both).toMatchObject({ status: 400, body: { code: "invalid_input" } });
  });

  test("is counted by health, with the same filters", async () => {
    const none = { unassigned: 0, ok: 0, drifted: 0, unverified: 0, needs_attention: 0 };
    expect(await counts()).toMatchObject({ total: 3, byHealth: { ok: 2, unassigned: 1 }, hasMore: false });
    expect(await counts({ search: "office" })).toMatchObject({ total: 1, byHealth: { ...none, ok: 1 } });
    expect(await counts({ operated: "true", assigned: "false" })).toMatchObject({
      total: 1,
      byHealth: { unassigned: 1 },
    });
  });

  test("shows and counts nothing of another organization's", async () => {
    expect(await idsOf({}, stranger.headers)).toEqual([]);
    expect(await counts({}, stranger.headers)).toMatchObject({ total: 0 });
    expect(await counts({ accountId: world.accountId }, stranger.headers)).toMatchObject({ total: 0 });
  });
});

// Whoever reads the audit knows their numbers, agents and people by name: the list says what each id is called.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { allocate, assign, freshNames, takeBack, unassign } from "../support/numbers.ts";
import { connectOwnAccount, createKey, join, newNumberIn, type Person, signUp } from "../support/people.ts";
import { createWorld, type World } from "../support/world.ts";

describeEachDatabase("the audit's names", (database) => {
  let world: World;
  let ana: Person;
  beforeAll(async () => {
    world = await createWorld({ database });
    ana = await signUp(world, "Ana");
  });
  afterAll(() => world.close());

  const audit = async (query: string, person = ana) =>
    (await world.request("GET", `/api/audit?${query}`, undefined, person.headers)).body.entries;
  const told = ({ action, names }: { readonly action: string; readonly names: object }) => [action, names];
  const addAgent = (id: string, headers: Person["headers"]) =>
    world.request(
      "POST",
      "/api/agents",
      { id, name: "Front desk", voice: { kind: "say", text: "Hi" } },
      headers,
    );

  test("say who did what to what, also where a number was given away and its id to another one", async () => {
    const [ben, dora] = [await signUp(world, "Ben"), await signUp(world, "Dora")];
    const anas = await connectOwnAccount(world, ana.headers, `AC${"b".repeat(32)}`);
    const doras = await connectOwnAccount(world, dora.headers, `AC${"d".repeat(32)}`);
    const [first, second] = [freshNames(), freshNames()];
    const given = await newNumberIn(world, anas, first);
    await addAgent("agent_1", ana.headers);
    await assign(world, given, { chatbotId: "agent_1" }, ana.headers);
    await unassign(world, given, {}, ana.headers);
    await allocate(world, given, ben.orgId, ana.headers);
    await takeBack(world, given, ana.headers);
    const other = await newNumberIn(world, doras, { ...second, id: given.id });
    await allocate(world, other, ben.orgId, dora.headers);

    expect((await audit(`targetId=${given.id}`)).map(told)).toEqual([
      ["phone_number.take_back", { actor: "Ana", target: first.e164 }],
      ["phone_number.allocate", { actor: "Ana", target: first.e164 }],
      ["phone_number.unassign", { actor: "Ana", target: first.e164 }],
      ["phone_number.assign", { actor: "Ana", target: first.e164 }],
    ]);
    // The operators' people are strangers to him.
    expect((await audit(`targetId=${given.id}`, ben)).map(told)).toEqual([
      ["phone_number.allocate", { actor: null, target: second.e164 }],
      ["phone_number.take_back", { actor: null, target: first.e164 }],
      ["phone_number.allocate", { actor: null, target: first.e164 }],
    ]);
  });

  test("are those of now, and those of then of what was deleted", async () => {
    await addAgent("agent_2", ana.headers);
    await world.request("PATCH", "/api/agents/agent_2", { name: "Reception" }, ana.headers);
    const targets = async () =>
      (await audit("targetId=agent_2")).map(({ names }: { names: { target: string } }) => names.target);
    expect(await targets()).toEqual(["Reception", "Reception"]);
    await world.request("DELETE", "/api/agents/agent_2", undefined, ana.headers);
    expect(await targets()).toEqual(["Reception", "Front desk", "Front desk"]);
  });

  test("of whoever has left and of keys are told", async () => {
    const cem = await signUp(world, "Cem");
    await join(world, ana, cem, "admin");
    await addAgent("agent_3", cem.headers);
    const key = await createKey(world, ana);
    await addAgent("agent_4", key);
    const body = { memberIdOrEmail: cem.email, organizationId: ana.orgId };
    await world.request("POST", "/api/auth/organization/remove-member", body, ana.headers);
    const actorOf = async (id: string) => (await audit(`targetId=${id}`))[0]?.names.actor;
    expect([await actorOf("agent_3"), await actorOf("agent_4")]).toEqual(["Cem", "ci"]);
    const verdict = await world.request("GET", "/api/audit/verify", undefined, ana.headers);
    expect(verdict.body).toMatchObject({ valid: true });
  });
});

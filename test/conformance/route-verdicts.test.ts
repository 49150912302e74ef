// Whoever adopts a live account sees at a glance who answers its numbers, also those that no agent of ours has.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { sweep } from "../support/drift.ts";
import {
  assign,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  unassign,
  verify,
} from "../support/numbers.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const CRM = "https://crm.example.com/calls";
const TRUNK = `TK${"1".padStart(32, "0")}`;

describeEachDatabase("who answers the numbers of an account", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  const idsWith = async (query: string) => {
    const { body } = await world.request("GET", `/api/phone-numbers?limit=200&${query}`);
    return body.phoneNumbers.map(({ id }: TestNumber) => id).toSorted();
  };
  const verdictsOf = async (number: TestNumber) => (await stored(world, number)).verdicts;

  test("is said by a sweep, of numbers with an agent and without", async () => {
    const foreign = await newNumber(world, { voice_url: CRM });
    const silent = await newNumber(world);
    const elsewhere = await newNumber(world, {
      voice_url: "https://other.example.com/api/twilio/voice?agentId=x",
    });
    const trunk = await newNumber(world, { trunk_sid: TRUNK });
    const inService = await newNumber(world);
    newService(world, [inService.sid]);
    const sender = await newWhatsAppNumber(world);
    const ours = await newNumber(world);
    await assign(world, ours);
    expect(await verdictsOf(foreign)).toBeNull();

    await sweep(world);
    expect(await verdictsOf(foreign)).toMatchObject({ voice: "foreign", sms: "nobody", whatsapp: "nobody" });
    expect(await verdictsOf(silent)).toMatchObject({ voice: "nobody", sms: "nobody", whatsapp: "nobody" });
    expect(await verdictsOf(elsewhere)).toMatchObject({ voice: "other_deployment" });
    expect(await verdictsOf(trunk)).toMatchObject({ voice: "foreign" });
    expect(await verdictsOf(inService)).toMatchObject({ voice: "nobody", sms: "foreign" });
    expect(await verdictsOf(sender)).toMatchObject({ whatsapp: "foreign" });
    expect(await verdictsOf(ours)).toMatchObject({ voice: "ours", sms: "nobody" });

    expect(await idsWith("verdict=other_deployment")).toEqual([elsewhere.id]);
    expect(await idsWith("verdict=ours")).toEqual([ours.id]);
    expect(await idsWith("verdict=foreign")).toEqual(
      [foreign, trunk, inService, sender].map(({ id }) => id).toSorted(),
    );
    const { body } = await world.request("GET", "/api/phone-number-counts?verdict=foreign");
    expect(body).toMatchObject({ total: 4, byHealth: { unassigned: 4 } });
  });

  test("is not said of before a change, but of after it, once somebody has looked", async () => {
    const number = await newNumber(world, { voice_url: CRM });
    await sweep(world);
    expect(await idsWith(`verdict=foreign&search=${number.e164.slice(-4)}`)).toEqual([number.id]);
    await assign(world, number);
    expect(await verdictsOf(number)).toBeNull();
    expect(await idsWith(`verdict=foreign&search=${number.e164.slice(-4)}`)).toEqual([]);
    await verify(world, number);
    expect(await verdictsOf(number)).toMatchObject({ voice: "ours" });

    await unassign(world, number);
    await sweep(world);
    expect(await verdictsOf(number)).toMatchObject({ voice: "nobody" });
  });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { addAgent, addNumber, createWorld, type World } from "../support/world.ts";

describeEachDatabase("assignment", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  test("the call in the mission works as written, without a content type", async () => {
    const sid = await addNumber(world, "phone_123", { phoneNumber: "+14155550123" });
    world.emulator.control.createSender("AC" + "a".repeat(32), { phoneNumber: "+14155550123" });
    const answer = await world.request("POST", "/api/phone-numbers/assign", {
      phoneNumberId: "phone_123",
      chatbotId: "agent_456",
      enableSms: true,
      enableWhatsApp: true,
    });
    expect(answer.body).toMatchObject({ success: true });
    expect(sid).toMatch(/^PN/);
  });
});

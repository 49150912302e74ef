// Whatever others have written - names, what callers and Twilio send - is shown as it is, and never as HTML.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DashboardWorld, Visitor } from "./dashboard-world.ts";
import { expectVisible } from "./expect.ts";
import { ACCOUNT_SID, AUTH_TOKEN, importNumbers, openShop } from "./shop.ts";

const HOSTILE = `<img src=x onerror="document.title='taken over'"><script>alert(1)</script>`;
const NUMBER = "+14155550161";

let dashboard: DashboardWorld;
let owner: Visitor;
let id: string;
let sid: string;
let accountId: string;
let numberSid: string;
beforeAll(async () => {
  const shop = await openShop([{ phoneNumber: NUMBER, friendly_name: HOSTILE }]);
  ({ dashboard, owner } = shop);
  [numberSid = ""] = shop.sids;
  accountId = await importNumbers(owner);
  const agent = { name: HOSTILE, voice: { kind: "say", text: HOSTILE } };
  const { id: chatbotId } = await owner.request("POST", "/api/agents", agent);
  id = (await owner.request("GET", "/api/phone-numbers")).phoneNumbers[0].id;
  await owner.request("POST", "/api/phone-numbers/assign", { phoneNumberId: id, chatbotId });
  ({ sid } = await owner.request("POST", "/api/calls", { phoneNumberId: id, to: "+14155559999" }));
  await dashboard.world.emulator.control.idle();
  const { world } = dashboard;
  const reported = {
    AccountSid: ACCOUNT_SID,
    CallSid: sid,
    CallStatus: "completed",
    SipResponseCode: HOSTILE,
  };
  const path = "/api/twilio/status";
  await world.post(path, reported, world.sign(path, reported, AUTH_TOKEN));
});
afterAll(() => dashboard.close());

test.each([
  ["the numbers", () => "/numbers"],
  ["a number", () => `/numbers/${id}`],
  ["its time line", () => `/numbers/${id}?tab=timeline`],
  ["the agents", () => "/agents"],
  ["the usage", () => "/usage"],
  ["the calls", () => "/activity"],
])("%s: a name is a text", async (_page, path) => {
  await owner.goTo(path());
  await expectVisible(owner.page.getByText(HOSTILE).first());
  await expectNothingElse();
});

test("what came with a callback is a text", async () => {
  const { page } = owner;
  await owner.goTo(`/activity?sid=${sid}`);
  await page.getByRole("button", { name: /^What Twilio sent/ }).click();
  // As it stands in JSON.
  await expectVisible(page.getByText(JSON.stringify(HOSTILE).slice(1, -1)).first());
  await expectNothingElse();
});

test("what Twilio says in an alert is a text", async () => {
  const { page } = owner;
  const { control } = dashboard.world.emulator;
  const policies = [{ phoneNumberId: id, policy: "heal" }];
  await owner.request("PUT", "/api/drift/policies", { policies });
  const refusal = { kind: "error", status: 400, code: 21_402, message: HOSTILE } as const;
  control.addFault({ method: "POST", path: "/IncomingPhoneNumbers/PN", effect: refusal });
  control.updateNumber(numberSid, { voice_url: "https://theirs.example.com/voice" });
  await owner.request("POST", `/api/twilio-accounts/${accountId}/sweep`);
  await owner.goTo("/");
  await expectVisible(page.getByText(/It was not healed: /).filter({ hasText: HOSTILE }));
  await expectNothingElse();
});

async function expectNothingElse(): Promise<void> {
  const { page, complaints } = owner;
  expect(await page.locator("img[src=x]").count()).toBe(0);
  expect(await page.title()).not.toContain("taken over");
  expect(complaints).toEqual([]);
}

// Somebody changes a number behind our back: the dashboard shows which field, and puts it right.
import { afterAll, beforeAll, expect, test } from "vitest";
import { fieldsInTwilio } from "../../crash/twilio-fields.ts";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectGone, expectVisible } from "./expect.ts";
import { addFrontDesk, importNumbers, openShop } from "./shop.ts";

const TRUNK_SID = `TK${"7".repeat(32)}`;
const THEIRS = "https://theirs.example.com/voice";

let dashboard: DashboardWorld;
let owner: Visitor;
let accountId: string;
let sid: string;
let id: string;

beforeAll(async () => {
  const shop = await openShop([{ phoneNumber: "+14155550171" }, { phoneNumber: "+14155550172" }]);
  ({ dashboard, owner } = shop);
  [sid = ""] = shop.sids;
  accountId = await importNumbers(owner);
  await addFrontDesk(owner);
  id = (await owner.request("GET", "/api/phone-numbers?search=0171")).phoneNumbers[0].id;
  await owner.request("POST", "/api/phone-numbers/assign", { phoneNumberId: id, chatbotId: "front_desk" });
});
afterAll(() => dashboard.close());

test("a number that drifts is shown with the field, and healed", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  const ours = inTwilio("voiceUrl");
  dashboard.world.emulator.control.updateNumber(sid, { voice_url: THEIRS });
  await sweep();
  await owner.goTo("/numbers?health=drifted");
  await page.getByRole("link", { name: "+1 415 555 0171" }).click();
  await expectVisible(page.getByText("Drifted").first());
  await expectVisible(whoAnswers("Somebody else answers"));
  await page.getByRole("tab", { name: "Configuration" }).click();
  const row = page.getByRole("row").filter({ hasText: "Differs" });
  await expectVisible(row.getByText(THEIRS));
  await expectAccessible(owner);

  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Configure again" }).click();
  await expectVisible(page.getByText("One field in Twilio would be written"));
  await expectAccessible(owner);
  await page.getByRole("button", { name: "Configure again" }).click();
  await expectVisible(page.getByText("Done, and verified in Twilio"));
  expect(inTwilio("voiceUrl")).toBe(ours);
  await page.getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("tab", { name: "Who answers" }).click();
  await expectVisible(whoAnswers("The agent answers"));
  await expectVisible(page.getByText("OK", { exact: true }));
  expect(owner.complaints).toEqual([]);
});

test("a trunk that takes the calls is drawn above what it shadows", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  dashboard.world.emulator.control.updateNumber(sid, { trunk_sid: TRUNK_SID });
  await sweep();
  await owner.goTo(`/numbers/${id}`);
  await expectVisible(whoAnswers("Shadowed"));
  await expectVisible(whoAnswers("SIP trunk"));
  await expectVisible(whoAnswers("Set, but not called:"));
  await expectVisible(whoAnswers("Front desk"));
  await expectAccessible(owner);
  expect(page.url()).toContain(id);
});

test("only the shadowed numbers are listed, also where the address says so", {
  timeout: STORY_MS,
}, async () => {
  const { page } = owner;
  await owner.goTo("/numbers");
  const shadowed = page.getByRole("link", { name: "+1 415 555 0171" });
  const other = page.getByRole("link", { name: "+1 415 555 0172" });
  await expectVisible(other);
  await page.getByRole("combobox", { name: "Who answers" }).click();
  await page.getByRole("option", { name: "Shadowed" }).click();
  await expectGone(other);
  await expectVisible(shadowed);
  await page.reload();
  await expectVisible(shadowed);
  expect(await other.count()).toBe(0);
  expect(owner.complaints).toEqual([]);
});

test("what comes before our URL is put right where it is drawn", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo(`/numbers/${id}`);
  await expectVisible(whoAnswers("What puts it right: trunkSid"));
  await page.getByRole("button", { name: "Fix it …" }).click();
  const dialog = page.getByRole("dialog");
  await expectVisible(dialog.getByText("Set by somebody else, and overwritten: trunkSid."));
  await expectAccessible(owner);
  await dialog.getByRole("button", { name: "Assign", exact: true }).click();
  await expectVisible(page.getByText("Done, and verified in Twilio"));
  await page.getByRole("button", { name: "Close" }).last().click();
  await expectVisible(whoAnswers("The agent answers"));
  await expectGone(page.getByRole("button", { name: "Fix it …" }));
  expect(inTwilio("trunkSid")).toBe("");
});

test("what drifts is healed by the next sweep, once that is the rule", async () => {
  const { page } = owner;
  const ours = inTwilio("voiceUrl");
  await owner.goTo("/settings?tab=drift");
  await page.getByRole("combobox", { name: "What is done" }).click();
  await page.getByRole("option", { name: /^Heal/ }).click();
  await page.getByRole("button", { name: "Set the rule" }).click();
  await expectVisible(page.getByText("All fields of all numbers"));
  dashboard.world.emulator.control.updateNumber(sid, { voice_url: THEIRS });
  await sweep();
  expect(inTwilio("voiceUrl")).toBe(ours);
  await owner.goTo(`/numbers/${id}?tab=timeline`);
  await expectVisible(page.getByText("Drift healed"));
});

function whoAnswers(text: string) {
  return owner.page.getByRole("region", { name: "Who answers: Calls" }).getByText(text, { exact: true });
}

async function sweep(): Promise<void> {
  const { state } = await owner.request("POST", `/api/twilio-accounts/${accountId}/sweep`, {});
  expect(state).not.toBe("failed");
}

function inTwilio(field: string): string {
  return fieldsInTwilio(dashboard.world.emulator.control.snapshot(), sid)(field);
}

// From a new account to a number that answers, through the dashboard: and what is shown when Twilio refuses, and to
// whom nothing is shown.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectGone, expectVisible } from "./expect.ts";
import { ACCOUNT_SID, AUTH_TOKEN, openShop } from "./shop.ts";

const FIRST = "+14155550181";
const WITH_WHATSAPP = "+14155550182";

let dashboard: DashboardWorld;
let owner: Visitor;
beforeAll(async () => {
  ({ dashboard, owner } = await openShop([{ phoneNumber: FIRST }, { phoneNumber: WITH_WHATSAPP }]));
  const { control } = dashboard.world.emulator;
  control.createSender(ACCOUNT_SID, { phoneNumber: WITH_WHATSAPP, profile: { name: "The shop" } });
});
afterAll(() => dashboard.close());

test("a new organization gets from nothing to a test call", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/start");
  await page.getByLabel("Account SID").fill(ACCOUNT_SID);
  await page.getByRole("textbox", { name: "Auth token" }).fill(AUTH_TOKEN);
  await expectAccessible(owner);
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("button", { name: "Import from Twilio" }).click();
  await page.getByRole("button", { name: "Create the agent" }).click();
  await page.getByRole("button", { name: "Assign it" }).click();
  await chooseAgent(page);
  await expectVisible(page.getByText("fields in Twilio would be written"));
  await expectAccessible(owner);
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await page.getByLabel("Call this number").fill("+1 (415) 555-9999");
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expectVisible(page.getByText("completed"));
  expect(owner.complaints).toEqual([]);
});

test("an assignment that Twilio refuses is shown as it is taken back", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  dashboard.world.emulator.control.addFault({
    method: "POST",
    path: "/IncomingPhoneNumbers/PN",
    effect: { kind: "error", status: 400, code: 21_402, message: "VoiceUrl is not valid" },
  });
  await owner.goTo(`/numbers?search=${WITH_WHATSAPP.slice(-4)}`);
  await page.getByRole("button", { name: `Assign ${WITH_WHATSAPP}` }).click();
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await expectVisible(page.getByText("Fill this in"));
  await chooseAgent(page);
  await page.getByRole("checkbox", { name: "WhatsApp" }).check();
  await expectVisible(page.getByText("callbackUrl", { exact: true }));
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await expectVisible(page.getByText("It failed: putting back what stood before"));
  await expectVisible(page.getByText("Taken back: everything is as it was before"));
  await expectVisible(page.getByRole("alert").getByText("VoiceUrl is not valid"));
  // The keyboard goes on in the drawer: past what it means, and the way back to the plan.
  for (const key of ["Tab", "Tab", "Tab", "Enter"]) await page.keyboard.press(key);
  await expectGone(page.getByRole("dialog"));
  await expectVisible(page.getByRole("row").filter({ hasText: "Unassigned" }));
  // The refusal is in the console as well: a browser writes every answer there that is no success.
  owner.complaints.length = 0;
});

describe("a number", () => {
  test("shows who answers, what is configured and what happened", { timeout: STORY_MS }, async () => {
    const { page } = owner;
    await owner.goTo("/numbers");
    await page.getByRole("link", { name: "+1 415 555 0181" }).click();
    await expectVisible(
      page.getByRole("region", { name: "Who answers: Calls" }).getByText("The agent answers"),
    );
    await expectAccessible(owner);
    await page.getByRole("tab", { name: "Configuration" }).click();
    await expectVisible(page.getByText("As found").first());
    await expectAccessible(owner);
    await page.getByRole("tab", { name: "Time line" }).click();
    await expectVisible(page.getByText("Assigned to Front desk"));
    await expectVisible(page.getByText("Call to +1 415 555 9999"));
    await expectAccessible(owner);
    const at = page.getByRole("tabpanel").locator("time").first();
    const moment = new Date((await at.getAttribute("datetime")) ?? "");
    const inBerlin = moment.toLocaleTimeString("en-GB", { timeZone: "Europe/Berlin" });
    expect(await at.textContent()).toBe(inBerlin);
    expect(await at.getAttribute("title")).toMatch(new RegExp(`2\\d{3}.*${inBerlin} CES?T$`));
  });

  test("is found by some of its digits, and led to with Enter", async () => {
    const { page } = owner;
    await owner.goTo("/agents");
    await expectVisible(page.getByRole("heading", { name: "Agents", level: 1 }));
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Jump to" }).fill(FIRST.slice(-4));
    await expectVisible(page.locator("[data-action][data-selected]", { hasText: "+1 415 555 0181" }));
    await page.keyboard.press("Enter");
    await expectVisible(page.getByRole("heading", { name: "+1 415 555 0181", level: 1 }));
  });

  test("calls somebody, and shows what the call came to", { timeout: STORY_MS }, async () => {
    const { page } = owner;
    await owner.request("PUT", "/api/usage/rates", {
      rates: [{ kind: "voice", direction: "outbound", unit: "minute", amount: "0.0142" }],
      currency: "USD",
    });
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Test call" }).click();
    await page.getByLabel("Call this number").fill("+1 415 555 9999");
    await page.getByRole("button", { name: "Call", exact: true }).click();
    const status = page.getByRole("dialog").getByRole("status");
    await expectVisible(status.getByText("completed"));
    await expectVisible(status.getByText("US$0.0142"));
    await expectAccessible(owner);
    await page.keyboard.press("Escape");
  });

  test("has its webhooks probed", { timeout: STORY_MS }, async () => {
    const { page } = owner;
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Probe" }).click();
    await expectVisible(page.getByText(/^Answered in \d+ ms$/).first());
    await expectAccessible(owner);
    await page.keyboard.press("Escape");
  });

  test("sends a test message, and shows what becomes of it", { timeout: STORY_MS }, async () => {
    const { page } = owner;
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Test message" }).click();
    await page.getByLabel("Send to this number").fill("+1 415 555 9999");
    await page.getByRole("button", { name: "Send" }).click();
    await expectVisible(page.getByRole("status").getByText("delivered"));
    await expectAccessible(owner);
    expect(owner.complaints).toEqual([]);
  });

  test("is taken back from its agent with what stood there before", { timeout: STORY_MS }, async () => {
    const { page } = owner;
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Unassign" }).click();
    await page.getByRole("radio", { name: "What stood there before" }).check();
    await expectAccessible(owner);
    await page.getByRole("button", { name: "Unassign", exact: true }).click();
    await expectVisible(page.getByText("Done, and verified in Twilio"));
    await page.getByRole("button", { name: "Close" }).last().click();
    await expectVisible(page.getByText("No agent answers"));
  });
});

test("many numbers are changed by a batch that is planned first", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/numbers");
  await page.getByRole("checkbox", { name: "Select all that are loaded" }).check();
  await expectAccessible(owner);
  await page
    .getByRole("region", { name: "Selection" })
    .getByRole("button", { name: "Assign …", exact: true })
    .click();
  await chooseAgent(page);
  await page.getByRole("button", { name: "Plan it" }).click();
  await page.waitForURL(/\/batches\/batch_/);
  const { batches } = await owner.request("GET", "/api/batches");
  expect(batches).toMatchObject([{ action: "assign", selected: 2 }]);
});

test("all that are listed are selected until one is not, or others are listed", {
  timeout: STORY_MS,
}, async () => {
  const { page } = owner;
  const selection = page.getByRole("region", { name: "Selection" });
  const first = page.getByRole("checkbox", { name: `Select ${FIRST}` });
  const other = page.getByRole("checkbox", { name: `Select ${WITH_WHATSAPP}` });
  await owner.goTo("/numbers");
  await first.check();
  await selection.getByRole("button", { name: "Select all that are listed (2)" }).click();
  await expectVisible(selection.getByText("Selected: all that are listed (2)"));
  expect(await other.isChecked()).toBe(true);
  await first.uncheck();
  await expectVisible(selection.getByText("Selected: one number"));
  expect(await other.isChecked()).toBe(true);
  await selection.getByRole("button", { name: "Select all that are listed (2)" }).click();
  await page.getByRole("searchbox", { name: "Search numbers" }).fill(FIRST.slice(-4));
  await expectGone(selection);
  expect(await first.isChecked()).toBe(false);
  await page.getByRole("link", { name: "Numbers", exact: true }).click();
  await expectVisible(other);
  expect(await page.getByRole("searchbox", { name: "Search numbers" }).inputValue()).toBe("");
});

test("another organization sees nothing of it", { timeout: STORY_MS }, async () => {
  const { phoneNumbers } = await owner.request("GET", "/api/phone-numbers");
  const stranger = await dashboard.signUp("Stranger");
  await stranger.goTo("/numbers");
  await expectVisible(stranger.page.getByText("No numbers yet"));
  await expectAccessible(stranger);
  await stranger.goTo(`/numbers/${phoneNumbers[0].id}`);
  await expectVisible(stranger.page.getByRole("alert").getByText("There is no such phone number"));
});

async function chooseAgent(page: Visitor["page"]): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Agent" }).click();
  await page.getByRole("option", { name: "Front desk" }).click();
}

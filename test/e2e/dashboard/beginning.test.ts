// Beginning with nothing, where an emulator stands in for Twilio; and what an import shows that fails in part.
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, openDashboard, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectVisible } from "./expect.ts";

let dashboard: DashboardWorld;
let owner: Visitor;
beforeAll(async () => {
  dashboard = await openDashboard();
  owner = await dashboard.signUp("Beginner");
});
afterAll(() => dashboard.close());

test("who has no Twilio account begins with one of the emulator", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/start");
  await page.getByRole("button", { name: "Use an emulated account" }).click();
  await expectVisible(page.getByText("The numbers of Emulated account are read."));
  await page.getByRole("button", { name: "Import from Twilio" }).click();
  await expectVisible(page.getByText("3 new, 0 changed"));
  await expectVisible(page.getByRole("button", { name: "Create the agent" }));
  expect(owner.complaints).toEqual([]);
});

test("an account that cannot be imported keeps no other one from it", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  const { accounts } = await owner.request("GET", "/api/twilio-accounts");
  await owner.request("POST", "/api/twilio-accounts/emulated");
  dashboard.world.emulator.control.revokeCredentials(accounts[0].sid);
  await owner.goTo("/numbers");
  await expectVisible(page.getByText("3 numbers"));
  await page.getByRole("button", { name: "Import from Twilio" }).click();
  const told = page.getByRole("alert").filter({ hasText: "Not all accounts were imported" });
  await expectVisible(told.getByText("3 new, 0 changed"));
  await expectVisible(told.getByText("Emulated account: Connect the account again"));
  await expectVisible(page.getByText("6 numbers"));
  await expectAccessible({ ...owner, complaints: [] });
});

test("what takes its time says that it is under way", async () => {
  const { page } = owner;
  await owner.goTo("/numbers");
  const drawer = await hold(/\/assets\/assign-drawer-/);
  await page.getByRole("button", { name: "Assign +12125550103" }).click();
  await expectVisible(page.getByRole("status").getByText("Opening …"));
  drawer.letGo();
  await expectVisible(page.getByRole("dialog", { name: "Assign +1 212 555 0103" }));
  await page.keyboard.press("Escape");
  const entries = await hold(/\/api\/audit\?/);
  await page.getByRole("link", { name: "Audit" }).click();
  await expectVisible(page.getByText("Loading"));
  entries.letGo();
  await expectVisible(page.getByRole("link", { name: "Phone number: import" }).first());
});

/** Answers no request for this before it is let go. */
async function hold(url: RegExp): Promise<{ readonly letGo: () => void }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await owner.page.route(url, async (route) => {
    await promise;
    await route.continue();
  });
  return { letGo: resolve };
}

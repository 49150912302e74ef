// Who belongs to an organization, through the dashboard: invited by a link, given a role, and removed.
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, openDashboard, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectAddress, expectGone, expectVisible } from "./expect.ts";

let dashboard: DashboardWorld;
let owner: Visitor;
let guest: Visitor;
beforeAll(async () => {
  dashboard = await openDashboard();
  [owner, guest] = await Promise.all([dashboard.signUp("Host"), dashboard.visitor()]);
});
afterAll(() => dashboard.close());

test("who is invited signs up by the link, and belongs to it", { timeout: STORY_MS }, async () => {
  const { page } = guest;
  await guest.goTo(await invite("guest@example.com"));
  await expectVisible(page.getByRole("heading", { name: "You are invited" }));
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByLabel("Name").fill("Guest");
  await page.getByLabel("E-mail address").fill("guest@example.com");
  await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery staple");
  await page.getByRole("button", { name: "Create an account" }).click();
  await expectAddress(page, /\/accept-invitation\?id=/);
  await expectVisible(page.getByText("host@example.com invites you to join"));
  await expectAccessible(guest);
  await page.getByRole("button", { name: /^Join / }).click();
  await expectAddress(page, `${dashboard.world.url}/`);
  await owner.goTo("/settings?tab=people");
  await expectVisible(owner.page.getByText("guest@example.com"));
  await expectAccessible(owner);
});

test("a role is changed, and who is removed is a member no longer", async () => {
  const { page } = owner;
  await page.getByRole("combobox", { name: "Role of Guest" }).click();
  await page.getByRole("option", { name: "admin" }).click();
  await expect.poll(() => roles()).toEqual(["admin", "owner"]);
  await page.getByRole("button", { name: "Remove" }).last().click();
  await page
    .getByRole("dialog", { name: "Remove Guest?" })
    .getByRole("button", { name: /^Remove/ })
    .click();
  await expectGone(page.getByText("guest@example.com"));
  expect(await roles()).toEqual(["owner"]);
  expect(owner.complaints).toEqual([]);
});

test("an invitation that was withdrawn cannot be accepted any more", async () => {
  const late = await dashboard.signUp("Late");
  const link = await invite(late.email);
  await owner.page.getByRole("button", { name: "Withdraw" }).click();
  await expectGone(owner.page.getByText(late.email));
  await late.goTo(link);
  await expectVisible(late.page.getByRole("alert").getByText("This invitation cannot be accepted"));
});

/** @returns the link that the page shows for it */
async function invite(email: string): Promise<string> {
  const { page } = owner;
  await owner.goTo("/settings?tab=people");
  await page.getByRole("textbox", { name: "E-mail address" }).fill(email);
  await page.getByRole("button", { name: "Invite" }).click();
  return (await page.getByLabel(`Link for ${email}`).textContent()) ?? "";
}

async function roles(): Promise<readonly string[]> {
  const { members } = await owner.request("GET", "/api/auth/organization/get-full-organization");
  return members.map(({ role }: { readonly role: string }) => role).toSorted();
}

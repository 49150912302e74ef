// Settings through the dashboard: what is shown once works, and belongs to one organization.
import { afterAll, beforeAll, expect, test } from "vitest";
import { executeOnce } from "../../support/execute-once.ts";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectGone, expectVisible } from "./expect.ts";
import { ACCOUNT_SID, AUTH_TOKEN, openShop } from "./shop.ts";

const NUMBER = "+14155550196";

let dashboard: DashboardWorld;
let owner: Visitor;
beforeAll(async () => {
  ({ dashboard, owner } = await openShop([{ phoneNumber: NUMBER }]));
});
afterAll(() => dashboard.close());

test("an account is connected, and its numbers imported", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/settings");
  await page.getByRole("textbox", { name: "Account SID" }).fill(ACCOUNT_SID);
  await page.getByRole("textbox", { name: "Auth token" }).fill(AUTH_TOKEN);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page
    .getByRole("region", { name: "The shop" })
    .getByRole("button", { name: "Import its numbers" })
    .click();
  await expectVisible(page.getByText("1 new, 0 changed"));
  await expectAccessible(owner);
  await assignFirstNumber();
  await page.getByRole("tab", { name: "Public URL" }).click();
  await page.getByRole("button", { name: "See whether it is reachable" }).click();
  await expectVisible(page.getByText("Reachable", { exact: true }));
  await expectAccessible(owner);
});

test("an API key is shown once, works, and is refused when it is revoked", {
  timeout: STORY_MS,
}, async () => {
  const { page } = owner;
  await owner.goTo("/settings?tab=keys");
  await page.getByRole("textbox", { name: "Name" }).fill("The shop's server");
  await page.getByRole("button", { name: "Make a key" }).click();
  const key = (await page.getByLabel("New API key").textContent()) ?? "";
  await expectAccessible(owner);
  const ask = () => fetch(`${dashboard.world.url}/api/phone-numbers`, { headers: { "x-api-key": key } });
  expect(await (await ask()).json()).toMatchObject({ phoneNumbers: [{ phoneNumber: NUMBER }] });
  await owner.goTo("/settings?tab=keys");
  await expectVisible(page.getByText("The shop's server"));
  await expectGone(page.getByText(key));
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke the key" }).click();
  await expectVisible(page.getByText("There is none yet."));
  expect((await ask()).status).toBe(401);
});

test("people, rates, drift rules and endpoints are set", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/settings?tab=people");
  await page.getByRole("textbox", { name: "E-mail address" }).fill("colleague@example.com");
  await page.getByRole("button", { name: "Invite" }).click();
  await expectVisible(page.getByText("/accept-invitation?id="));
  await page.getByRole("tab", { name: "Rates" }).click();
  await page.getByRole("textbox", { name: "Voice inbound, a minute" }).fill("0.0085");
  await page.getByRole("button", { name: "Set the rates" }).click();
  await expectVisible(page.getByText("US$0.0085"));
  await expectAccessible(owner);
  await page.getByRole("tab", { name: "Drift" }).click();
  await page.getByRole("button", { name: "Set the rule" }).click();
  await expectVisible(page.getByText("All fields of all numbers"));
  await page.getByRole("radio", { name: "One number" }).check();
  const number = page.getByRole("combobox", { name: "Number" });
  await page.getByRole("button", { name: "Set the rule" }).click();
  await expectVisible(page.getByText("Fill this in"));
  await number.click();
  await page.getByRole("option", { name: "+1 415 555 0196" }).click();
  await page.getByRole("button", { name: "Set the rule" }).click();
  await expectAccessible(owner);
  await page.getByRole("link", { name: "+1 415 555 0196" }).click();
  const rules = page.getByRole("region", { name: "When they differ" });
  await rules.getByText("All fields of +1 415 555 0196: Alert").waitFor();
  await expectAccessible(owner);
  await owner.goTo("/settings?tab=drift");
  await page.getByRole("tab", { name: "Delivery" }).click();
  await page.getByRole("textbox", { name: "URL for alerts" }).fill("https://example.com/alerts");
  await page.getByRole("button", { name: "Send alerts there" }).click();
  await expectVisible(page.getByText(/^whsec_/));
  await expectAccessible(owner);
  expect(owner.complaints).toEqual([]);
});

test("an event that a receiver has refused is shown with what it said, and sent again", async () => {
  const { page } = owner;
  await owner.request("PUT", "/api/alerts/webhook", { url: "https://example.com/alerts" });
  await executeOnce(
    dashboard.world.databaseUrl,
    `insert into switchhook.alert_event (id, org_id, body, created_at, refused_at, refusal)
      select 'alert_1:opened', org_id, '{}', now(), now(), 'It answered 422: no such team' from switchhook.alert_webhook`,
  );
  await owner.goTo("/settings?tab=delivery");
  await expectVisible(page.getByText("alert_1:opened: It answered 422: no such team"));
  await expectAccessible(owner);
  await page.getByRole("button", { name: "Send them again" }).click();
  await expectGone(page.getByText("no such team"));
  await expectVisible(page.getByText("1 not taken yet."));
});

test("a member reads who may, in place of forms that would be refused", { timeout: STORY_MS }, async () => {
  const clerk = await dashboard.signUp("Clerk");
  const invitation = { email: clerk.email, role: "member" };
  const { id: invitationId } = await owner.request(
    "POST",
    "/api/auth/organization/invite-member",
    invitation,
  );
  const { page } = clerk;
  await clerk.request("POST", "/api/auth/organization/accept-invitation", { invitationId });
  await clerk.goTo("/settings?tab=keys");
  await expectVisible(page.getByText("Only owners and admins of the organization may see, make and revoke"));
  await page.getByRole("tab", { name: "Rates" }).click();
  await expectVisible(page.getByText("Only owners and admins of the organization may set rates"));
  await page.getByRole("tab", { name: "People" }).click();
  await expectVisible(page.getByText("Only owners and admins of the organization may invite"));
  expect(await page.getByRole("button", { name: "Remove" }).count()).toBe(0);
  await clerk.goTo("/numbers");
  await expectVisible(page.getByRole("link", { name: "+1 415 555 0196" }));
  expect(await page.getByRole("button", { name: "Import from Twilio" }).count()).toBe(0);
  expect(clerk.complaints).toEqual([]);
});

test("a token that Twilio has replaced is renewed, and an account forgotten once nothing answers", async () => {
  const { page } = owner;
  const renewed = dashboard.world.emulator.control.rotateAuthToken(ACCOUNT_SID);
  await owner.goTo("/settings");
  const shop = page.getByRole("region", { name: "The shop" });
  await page.getByRole("textbox", { name: "Account SID" }).fill(ACCOUNT_SID);
  await page.getByRole("textbox", { name: "Auth token" }).fill(renewed);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expectVisible(page.getByText("The shop is connected"));
  await shop.getByRole("button", { name: "Import its numbers" }).click();
  await expectVisible(shop.getByText("0 new, 0 changed, 1 as they were"));
  await shop.getByRole("button", { name: "Forget" }).click();
  const forget = page.getByRole("button", { name: "Forget it and its numbers" });
  await forget.click();
  await expectVisible(page.getByRole("alert").getByText("The Twilio account still has numbers"));
  const { phoneNumbers } = await owner.request("GET", "/api/phone-numbers");
  await owner.request("DELETE", "/api/phone-numbers/assign", { phoneNumberId: phoneNumbers[0].id });
  await forget.click();
  await expectVisible(page.getByRole("heading", { name: "Connect a Twilio account" }));
  expect((await owner.request("GET", "/api/phone-numbers")).phoneNumbers).toEqual([]);
});

test("another organization sees none of it", async () => {
  const { page, goTo } = await dashboard.signUp("Stranger");
  await goTo("/settings");
  await expectVisible(page.getByText("Connect a Twilio account"));
  await page.getByRole("tab", { name: "Drift" }).click();
  await expectVisible(page.getByText("Where there is no rule"));
  await expectGone(page.getByText("All fields of all numbers"));
});

async function assignFirstNumber(): Promise<void> {
  const { id: chatbotId } = await owner.request("POST", "/api/agents", { name: "Front desk" });
  const { phoneNumbers } = await owner.request("GET", "/api/phone-numbers");
  await owner.request("POST", "/api/phone-numbers/assign", { phoneNumberId: phoneNumbers[0].id, chatbotId });
}

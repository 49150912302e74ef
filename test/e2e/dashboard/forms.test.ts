// Forms say beside each field what the API would not take, and send nothing before it is mended.
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, openDashboard, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectAddress, expectVisible } from "./expect.ts";

let dashboard: DashboardWorld;
let owner: Visitor;
/** What was sent to change something, or to have a draft looked at. */
const sent: string[] = [];
beforeAll(async () => {
  dashboard = await openDashboard();
  owner = await dashboard.signUp("Typist");
  owner.page.on("request", (request) => {
    if (request.method() !== "GET") sent.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
});
afterAll(() => dashboard.close());

const FORMS: readonly (readonly [tab: string, field: string, wrong: string, button: string, told: string])[] =
  [
    ["accounts", "Account SID", "AC123", "Connect", "AC and 32 hexadecimal digits"],
    ["people", "E-mail address", "colleague", "Invite", "An e-mail address, such as name@example.com"],
    ["keys", "Name", "a name too long".repeat(3), "Make a key", "32 characters or less"],
    ["rates", "SMS inbound, a message", "1,5", "Set the rates", "A decimal number as text"],
    ["delivery", "URL for alerts", "example.com", "Send alerts there", "A URL that begins with https://"],
  ];

test.each(FORMS)("settings, %s: a wrong “%s” is told before anything is sent", async (...form) => {
  const [tab, name, wrong, button, told] = form;
  const { page } = owner;
  await owner.goTo(`/settings?tab=${tab}`);
  const field = page.getByRole("textbox", { name, exact: true });
  await field.fill(wrong);
  await field.blur();
  await expectVisible(page.getByText(told));
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  expect(await descriptionOf(field)).toContain(told);
  await page.getByRole("button", { name: button, exact: true }).click();
  await expectVisible(page.getByText(told));
  expect(sent).toEqual([]);
});

test("what is left empty is told when the form is sent, and not when it is passed by", {
  timeout: STORY_MS,
}, async () => {
  const { page } = owner;
  await owner.goTo("/settings");
  const token = page.getByRole("textbox", { name: "Auth token" });
  await page.getByRole("textbox", { name: "Account SID" }).fill(`AC${"0".repeat(32)}`);
  await token.focus();
  await token.blur();
  expect(await token.getAttribute("aria-invalid")).not.toBe("true");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expectVisible(page.getByText("Fill this in"));
  await expectVisible(page.locator(":focus[data-path=authToken]"));
  await expectAccessible(owner);
  expect(sent).toEqual([]);
});

test("an agent's fault is told beside it, also where it is folded away, and saved once it is mended", async () => {
  const { page } = owner;
  await owner.goTo("/agents/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Front desk");
  await page.getByRole("combobox", { name: "How it answers calls" }).click();
  await page.getByRole("option", { name: "ConversationRelay" }).click();
  await page.getByRole("textbox", { name: "WebSocket" }).fill("wss://agent.example.com/relay");
  await page.getByRole("button", { name: "More of Twilio’s settings" }).click();
  const silence = page.getByRole("textbox", { name: "Milliseconds of silence" });
  await silence.fill("10");
  await page.getByRole("button", { name: "More of Twilio’s settings" }).click();
  await expectVisible(page.getByText("600 or more"));
  sent.length = 0;
  await page.getByRole("button", { name: "Create the agent" }).click();
  expect(await silence.getAttribute("aria-invalid")).toBe("true");
  expect(sent).toEqual([]);
  await silence.fill("700");
  await page.getByRole("button", { name: "Create the agent" }).click();
  await expectAddress(page, /\/agents\/agent_/);
  expect(sent).toContain("POST /api/agents");
  expect(owner.complaints).toEqual([]);
});

/** What a screen reader says besides the field's name. */
async function descriptionOf(field: Locator): Promise<string> {
  const ids = (await field.getAttribute("aria-describedby"))?.split(" ") ?? [];
  const texts = ids.map((id) => owner.page.locator(`[id="${id}"]`).textContent());
  return (await Promise.all(texts)).join(" ");
}

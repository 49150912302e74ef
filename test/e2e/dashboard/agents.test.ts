// Agents through the dashboard: written with what Twilio would get beside it, and kept while they answer.
import { afterAll, beforeAll, expect, test } from "vitest";
import { callTo } from "../../support/served-world.ts";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectAddress, expectVisible } from "./expect.ts";
import { ACCOUNT_SID, AUTH_TOKEN, importNumbers, openShop } from "./shop.ts";

const NUMBER = "+14155550195";

let dashboard: DashboardWorld;
let owner: Visitor;
beforeAll(async () => {
  ({ dashboard, owner } = await openShop([{ phoneNumber: NUMBER }]));
});
afterAll(() => dashboard.close());

test("the preview shows the TwiML that a caller gets", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/agents");
  await page.getByRole("link", { name: "New agent" }).click();
  await expectVisible(page.getByText("Hello! How can I help you?").last());
  await expectAccessible(owner);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Front desk");
  await page.getByRole("textbox", { name: "Id", exact: true }).fill("front_desk");
  await page.getByRole("textbox", { name: "Text", exact: true }).fill("Fish & chips <til> ten.");
  await page.getByRole("textbox", { name: "Voice", exact: true }).fill("Polly.Amy");
  const preview = page.getByRole("region", { name: "What Twilio gets" });
  await expectVisible(preview.getByText("Fish &amp; chips &lt;til&gt; ten."));
  await expectVisible(preview.getByText("Polly.Amy"));
  const shown = await preview.locator("pre").first().textContent();
  await page.getByRole("button", { name: "Create the agent" }).click();
  await expectAddress(page, /\/agents\/front_desk$/);
  await assign("front_desk");
  const path = "/api/twilio/voice?agentId=front_desk";
  const params = { ...callTo({ e164: NUMBER }), AccountSid: ACCOUNT_SID };
  const { world } = dashboard;
  const answer = await world.post(path, params, world.sign(path, params, AUTH_TOKEN));
  expect(await answer.text()).toContain(withoutIndents(shown ?? "nothing"));
});

test("what is wrong is said beside it, and what was typed stays", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/agents/front_desk");
  await choose("How it answers messages", "Your webhook");
  await page.getByRole("textbox", { name: "URL" }).fill("https://agent.example.com/messages");
  await choose("How it answers calls", "ConversationRelay");
  await page.getByRole("textbox", { name: "WebSocket" }).fill("https://agent.example.com/relay");
  await page.getByRole("textbox", { name: "WebSocket" }).blur();
  await expectVisible(page.getByText("A URL that begins with wss://"));
  await expectAccessible(owner);
  await page.getByRole("textbox", { name: "WebSocket" }).fill("wss://agent.example.com/relay");
  await expectVisible(page.getByText("<ConversationRelay"));
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("region", { name: "Webhook secret" }).getByRole("button", { name: "Show" }).click();
  await expectVisible(page.getByText(/^whsec_/));
  const { voice } = await owner.request("GET", "/api/agents/front_desk");
  expect(voice).toMatchObject({ kind: "relay", url: "wss://agent.example.com/relay" });
  await expectAccessible(owner);
});

test("what Twilio does by default can be turned off, and left to it again", async () => {
  const { page } = owner;
  const saved = page.getByRole("alert").filter({ hasText: "is saved" });
  await owner.goTo("/agents/front_desk");
  await page.getByRole("button", { name: "More of Twilio’s settings" }).click();
  await choose("Deepgram smart format", "Off");
  await page.getByRole("button", { name: "Save" }).click();
  await expectVisible(saved);
  const { voice } = await owner.request("GET", "/api/agents/front_desk");
  expect(voice).toMatchObject({ kind: "relay", deepgramSmartFormat: false });
  // What is chosen is given up by choosing it once more, which the keyboard can do as well.
  await choose("Deepgram smart format", "Off");
  await page.getByRole("button", { name: "Save" }).click();
  await expectVisible(saved.nth(1));
  expect((await owner.request("GET", "/api/agents/front_desk")).voice).not.toHaveProperty(
    "deepgramSmartFormat",
  );
});

const WAYS: readonly (readonly [way: string, fields: Readonly<Record<string, string>>, voice: object])[] = [
  ["Media stream", { WebSocket: "wss://agent.example.com/media" }, { kind: "stream" }],
  [
    "Dial",
    { "Number or SIP address": "+14155550123", "Seconds to ring": "25" },
    { kind: "dial", to: "+14155550123", timeoutSeconds: 25 },
  ],
  ["Reject", {}, { kind: "reject" }],
  [
    "Your webhook",
    { URL: "https://agent.example.com/voice" },
    { kind: "webhook", url: "https://agent.example.com/voice" },
  ],
];

test.each(WAYS)("an agent is created that answers by: %s", async (way, fields, voice) => {
  const { page } = owner;
  await owner.goTo("/agents/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(way);
  await choose("How it answers calls", way);
  for (const [label, text] of Object.entries(fields)) {
    await page.getByRole("region", { name: "Calls" }).getByRole("textbox", { name: label }).fill(text);
  }
  await page.getByRole("button", { name: "Create the agent" }).click();
  await expectAddress(page, /\/agents\/agent_/);
  const id = new URL(page.url()).pathname.split("/").at(-1);
  expect(await owner.request("GET", `/api/agents/${id}`)).toMatchObject({ name: way, voice });
});

test("agents are listed with how they answer", { timeout: STORY_MS }, async () => {
  await owner.goTo("/agents");
  await expectVisible(owner.page.getByRole("row", { name: /Dial/ }).first());
  await expectAccessible(owner);
});

test("what was typed is not lost to another page without a question", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/agents/front_desk");
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.fill("Night desk");
  await page.getByRole("link", { name: "Usage" }).click();
  await expectVisible(page.getByRole("dialog", { name: "Leave without saving?" }));
  await expectAccessible(owner);
  await page.getByRole("button", { name: "Stay" }).click();
  expect(await name.inputValue()).toBe("Night desk");
  await page.getByRole("link", { name: "Usage" }).click();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await expectAddress(page, /\/usage$/);
});

test("an agent that answers is not deleted", async () => {
  const { page } = owner;
  await owner.goTo("/agents/front_desk");
  await expectVisible(page.getByRole("link", { name: "+1 415 555 0195" }));
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete the agent" }).click();
  await expectVisible(page.getByRole("alert").getByText("The agent still answers phone numbers"));
});

test("another organization sees none of it", async () => {
  const stranger = await dashboard.signUp("Stranger");
  await stranger.goTo("/agents");
  await expectVisible(stranger.page.getByText("No agents yet"));
  await stranger.goTo("/agents/front_desk");
  await expectVisible(stranger.page.getByRole("alert"));
  await expectVisible(stranger.page.getByRole("heading", { name: "front_desk", level: 1 }));
  await stranger.page.getByRole("link", { name: "To all agents" }).click();
  await expectAddress(stranger.page, /\/agents$/);
});

async function choose(label: string, option: string): Promise<void> {
  await owner.page.getByRole("combobox", { name: label }).click();
  await owner.page.getByRole("option", { name: option }).click();
}

async function assign(chatbotId: string): Promise<void> {
  await importNumbers(owner);
  const { phoneNumbers } = await owner.request("GET", "/api/phone-numbers");
  await owner.request("POST", "/api/phone-numbers/assign", { phoneNumberId: phoneNumbers[0].id, chatbotId });
}

function withoutIndents(twiml: string): string {
  return twiml.replaceAll(/>\s+</g, "><");
}

// What is recorded of an organization's numbers - calls, messages, usage, changes - is seen as it happens, and by nobody
// else.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectAddress, expectGone, expectVisible } from "./expect.ts";
import { addFrontDesk, importNumbers, openShop } from "./shop.ts";

const NUMBER = "+14155550191";
const CUSTOMER = "+14155559999";

let dashboard: DashboardWorld;
let owner: Visitor;
let phoneNumberId: string;
beforeAll(async () => {
  const numbers = [NUMBER, "+14155550192"].map((phoneNumber) => ({ phoneNumber }));
  ({ dashboard, owner } = await openShop(numbers, {}, { autoAdvance: false }));
  await importNumbers(owner);
  await addFrontDesk(owner);
  const { phoneNumbers } = await owner.request("GET", `/api/phone-numbers?search=${NUMBER.slice(1)}`);
  phoneNumberId = phoneNumbers[0].id;
  await owner.request("POST", "/api/phone-numbers/assign", {
    phoneNumberId,
    chatbotId: "front_desk",
    enableSms: true,
  });
  await owner.request("PUT", "/api/usage/rates", {
    effectiveFrom: "2020-01-01",
    rates: [{ kind: "sms", direction: "outbound", unit: "segment", amount: "0.0079" }],
    currency: "USD",
  });
});
afterAll(() => dashboard.close());

test("calls and messages appear as they happen, each with what became of it", {
  timeout: STORY_MS,
}, async () => {
  const { page } = owner;
  await owner.goTo("/activity?tab=messages");
  await expectVisible(page.getByText("No messages yet"));
  await expectVisible(page.getByRole("status").getByText("Live"));
  await expectAccessible(owner);
  const { sid } = await send("Your table is ready.");
  const row = page.getByRole("row").filter({ hasText: "+1 415 555 9999" });
  await expectVisible(row);
  const { control } = dashboard.world.emulator;
  await control.advanceMessage(sid, "sent");
  await control.advanceMessage(sid, "undelivered", { errorCode: 30_003 });
  await expectVisible(row.getByText("undelivered"));
  await expectAccessible(owner);
  await row.getByRole("link").click();
  await expectAddress(page, new RegExp(`sid=${sid}`));
  const drawer = page.getByRole("dialog");
  await expectVisible(drawer.getByText("The phone could not be reached"));
  await expectVisible(drawer.getByText("$0.0079"));
  const statuses = drawer.getByRole("region", { name: "Status" });
  for (const status of ["sent", "undelivered"])
    await expectVisible(statuses.getByText(status, { exact: true }));
  await expectAccessible(owner);
  await page.keyboard.press("Escape");
  await page.getByText("Calls", { exact: true }).click();
  await expectVisible(page.getByText("No calls yet"));
  const call = await owner.request("POST", "/api/calls", { phoneNumberId, to: CUSTOMER });
  await control.advanceCall(call.sid, "completed");
  await expectVisible(row.getByText("completed"));
  expect(owner.complaints).toEqual([]);
});

test("a filter is part of the address, and holds for what arrives as well", {
  timeout: STORY_MS,
}, async () => {
  const { page } = owner;
  await owner.goTo("/activity?tab=messages&status=delivered");
  await expectVisible(page.getByText("None of the messages is like that"));
  const { sid } = await send("And another.");
  await dashboard.world.emulator.control.advanceMessage(sid, "delivered");
  await expectVisible(page.getByRole("row").getByText("delivered", { exact: true }));
  expect(await page.getByRole("row").filter({ hasText: "undelivered" }).count()).toBe(0);
  await page.getByLabel("Last day").fill("2020-01-31");
  await expectAddress(page, /to=2020-01-31/);
  await expectVisible(page.getByText("None of the messages is like that"));
});

test("the overview sums it up, and leads to what it counts", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/");
  await expectVisible(page.getByText("1 call and 2 messages"));
  await expectVisible(page.getByText("50%"));
  await expectVisible(page.getByText("1 delivered, 1 failed, 0 on their way"));
  await expectVisible(page.locator(".recharts-surface").first());
  await expectAccessible(owner);
  const latest = page.getByRole("table", { name: "What happened last" });
  await expectVisible(
    latest.getByRole("row").filter({ hasText: "Phone number: assign" }).getByText("+1 415 555 0191"),
  );
  await expectVisible(latest.getByRole("row").filter({ hasText: "Agent: create" }).getByText("Front desk"));
  await page.getByRole("link", { name: "Unassigned 1" }).click();
  await expectAddress(page, /\/numbers\?health=unassigned$/);
  expect(owner.complaints).toEqual([]);
});

test("usage is drawn and summed up, and the export has each charge of it", {
  timeout: STORY_MS,
}, async () => {
  const { page } = owner;
  await owner.goTo("/usage?measure=segments&kind=sms");
  await expectVisible(
    page
      .getByRole("img", { name: /^Segments by day and agent/ })
      .locator(".recharts-bar-rectangle")
      .last(),
  );
  const table = page.getByRole("table");
  await expectVisible(table.getByRole("row", { name: /Front desk/ }).getByText("$0.0158"));
  await expectAccessible(owner);
  await page.getByRole("tab", { name: "By number" }).click();
  await expectVisible(table.getByRole("link", { name: "+1 415 555 0191" }));
  const byNumber = page.getByRole("img", { name: /^Segments by day and number/ });
  await expectVisible(byNumber.getByText("+1 415 555 0191"));
  await page.getByRole("button", { name: "Export" }).click();
  await expectVisible(page.getByRole("menuitem", { name: "CSV" }));
  await expectAccessible(owner);
  const downloading = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "CSV" }).click();
  const [header = "", ...lines] = (await readFile(await (await downloading).path(), "utf8"))
    .trim()
    .split("\n");
  const column = header.split(",").indexOf("segments");
  const { messages } = await owner.request("GET", "/api/messages");
  expect(lines).toHaveLength(2);
  for (const { sid } of messages) {
    const line = lines.find((each) => each.includes(sid));
    expect(line?.split(",")[column]).toBe("1");
  }
  expect(owner.complaints).toEqual([]);
});

test("a range of days that is reversed is told beside the days, and not asked for", async () => {
  const { page } = owner;
  await owner.goTo("/usage?from=2026-02-01&to=2026-01-01");
  await expectVisible(page.getByText("The last day is before the first"));
  expect(owner.complaints).toEqual([]);
});

test("years of usage are drawn and listed by the month", async () => {
  const { page } = owner;
  const today = new Date().toISOString().slice(0, 10);
  await owner.goTo(`/usage?from=2020-01-01&to=${today}&view=day`);
  const chart = page.getByRole("img", { name: /^Count by month and kind/ });
  await expectVisible(chart.locator(".recharts-bar-rectangle").last());
  await page.getByRole("tab", { name: "By month" }).click();
  await expectVisible(page.getByRole("row", { name: today.slice(0, 7) }));
  expect(owner.complaints).toEqual([]);
});

test("a picture that cannot be drawn says why, and the tables are there", async () => {
  const { page } = owner;
  const problem = { type: "/errors/report_too_large", title: "The report is too large", status: 422 };
  const refusal = { ...problem, code: "report_too_large", detail: "Choose fewer days.", requestId: "req_1" };
  await page.route(/\/api\/usage\?.*chatbotId=front_desk/, (route) =>
    route.fulfill({ status: 422, json: refusal, contentType: "application/problem+json" }),
  );
  await owner.goTo("/usage");
  const picture = page.getByRole("region", { name: "By day" });
  await expectVisible(picture.getByRole("alert").getByText("Choose fewer days."));
  await expectVisible(page.getByRole("row", { name: /Front desk/ }));
  await page.unrouteAll();
  // The browser's own, about the 422.
  owner.complaints.length = 0;
});

test("usage is compared with Twilio's own records", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/usage?view=twilio");
  await expectVisible(page.getByText("These days were not compared yet"));
  await page.getByRole("button", { name: "Compare now" }).click();
  await expectVisible(page.getByRole("status").getByText("Twilio listed 3 calls and messages."));
  await expectVisible(page.getByRole("row", { name: /sms-outbound/ }).getByText("The same"));
  await expectAccessible(owner);
});

test("what was changed is shown before and after, and its chain is verified", {
  timeout: STORY_MS,
}, async () => {
  const { page } = owner;
  await owner.goTo("/audit");
  await page.getByRole("button", { name: "Verify the chain" }).click();
  await expectVisible(page.getByRole("status").getByText("The chain is whole"));
  await expectAccessible(owner);
  const assigned = page.getByRole("row").filter({ hasText: "Phone number: assign" });
  await expectVisible(assigned.getByText("+1 415 555 0191"));
  await expectVisible(assigned.getByText("Owner"));
  expect(await assigned.getByTitle(phoneNumberId).count()).toBe(1);
  await page.getByRole("link", { name: "Phone number: assign" }).click();
  await expectAddress(page, /entry=\d+/);
  const changes = page.getByRole("dialog").getByRole("table", { name: "Before and after" });
  await expectVisible(changes.getByText("front_desk", { exact: true }));
  await expectVisible(changes.getByText("Front desk"));
  await expectAccessible(owner);
  await page.getByRole("dialog").getByRole("link", { name: phoneNumberId }).click();
  await expectAddress(page, new RegExp(`/audit\\?target=${phoneNumberId}$`));
  await expectGone(page.getByRole("link", { name: "Phone number: import" }));
  await owner.goTo("/audit");
  await page.getByRole("combobox", { name: "Action" }).fill("agent: create");
  await page.getByRole("option", { name: "Agent: create" }).click();
  await expectAddress(page, /action=agent.create/);
  await expectGone(page.getByRole("link", { name: "Phone number: assign" }));
  await expectVisible(page.getByRole("link", { name: "Agent: create" }));
  await page.getByLabel("Last day").fill("2020-01-31");
  await expectVisible(page.getByText("No entry is like that"));
  await expectAccessible(owner);
  expect(owner.complaints).toEqual([]);
});

test("days the wrong way round are told beside them, and nothing is asked for", async () => {
  const { page } = owner;
  const asked: string[] = [];
  page.on("request", (request) => void asked.push(request.url()));
  for (const [path, list] of [
    ["/activity", "/api/calls?"],
    ["/audit", "/api/audit?"],
  ] as const) {
    await owner.goTo(`${path}?from=2026-12-31&to=2026-01-01`);
    await expectVisible(page.getByText("The last day is before the first"));
    await page.getByLabel("Last day").fill("2027-01-01");
    await expectVisible(page.getByText(/is like that$/));
    expect(asked.filter((url) => url.includes(list))).toHaveLength(1);
  }
});

test("another organization sees nothing of it, and is led on", { timeout: STORY_MS }, async () => {
  const { messages } = await owner.request("GET", "/api/messages");
  const stranger = await dashboard.signUp("Passer-by");
  const { page } = stranger;
  await stranger.goTo("/");
  await expectVisible(page.getByText("Your numbers will be here"));
  await stranger.goTo("/activity?tab=messages");
  await expectVisible(page.getByText("No messages yet"));
  await expectGone(page.getByRole("row").filter({ hasText: "+1 415 555 9999" }));
  await stranger.goTo("/usage");
  await expectVisible(page.getByText("Nothing was used in these days"));
  await stranger.goTo("/audit");
  await expectVisible(page.getByText("Nothing has been changed yet"));
  await stranger.goTo(`/activity?tab=messages&sid=${messages[0].sid}`);
  await expectVisible(page.getByRole("alert").getByText("There is no such message"));
});

async function send(text: string): Promise<{ readonly sid: string }> {
  return await owner.request("POST", "/api/messages", { phoneNumberId, to: CUSTOMER, text });
}

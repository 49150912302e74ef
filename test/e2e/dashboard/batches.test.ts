// A change of many numbers through the dashboard: planned and looked at, applied, paused, resumed, and undone.
import { afterAll, beforeAll, expect, test } from "vitest";
import { fieldsInTwilio } from "../../crash/twilio-fields.ts";
import { Moments } from "../../support/moments.ts";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectAddress, expectGone, expectVisible } from "./expect.ts";
import { addFrontDesk, importNumbers, openShop } from "./shop.ts";

const THEIRS = "https://theirs.example.com/voice";
const FREE = ["+14155550191", "+14155550192", "+14155550193"];
const ON_A_TRUNK = "+14155550194";
const FIELDS = ["voiceUrl", "voiceMethod", "statusCallback", "smsUrl"];

const moments = new Moments();
let dashboard: DashboardWorld;
let owner: Visitor;
let sids: readonly string[];

beforeAll(async () => {
  const free = FREE.map((phoneNumber) => ({ phoneNumber, voice_url: THEIRS }));
  const onATrunk = { phoneNumber: ON_A_TRUNK, voice_url: THEIRS, trunk_sid: `TK${"1".repeat(32)}` };
  ({ dashboard, owner, sids } = await openShop([...free, onATrunk], { onStep: moments.reach }));
  await importNumbers(owner);
  await addFrontDesk(owner);
});
afterAll(() => dashboard.close());

test("a batch is planned, paused, resumed and undone, and Twilio is as before", {
  timeout: STORY_MS,
}, async () => {
  const { page } = owner;
  const before = inTwilio();
  await owner.goTo("/batches");
  await expectVisible(page.getByText("Change many numbers at once"));
  await page.getByRole("link", { name: "Plan a change" }).click();
  await page.getByRole("combobox", { name: "Agent" }).click();
  await page.getByRole("option", { name: "Front desk" }).click();
  await expectAccessible(owner);
  await page.getByRole("button", { name: "Plan it" }).click();

  await expectVisible(page.getByRole("button", { name: "Change 3 numbers" }));
  await expectVisible(page.getByText(THEIRS).first());
  await expectVisible(page.getByRole("link", { name: "number_shadowed" }));
  await expectAccessible(owner);
  expect(inTwilio()).toEqual(before);

  const written = moments.pauseAt("written");
  await page.getByRole("button", { name: "Change 3 numbers" }).click();
  await written.reached;
  await page.getByRole("button", { name: "Pause" }).click();
  await expectVisible(page.getByText("Paused"));
  written.resume();
  await expectVisible(counted("Changed", 1));
  await expectAccessible(owner);
  const second = moments.pauseAt("written");
  await page.getByRole("button", { name: "Resume" }).click();
  await second.reached;
  // The one on a trunk was skipped.
  await expectVisible(page.getByText("2 of 4"));
  second.resume();
  await expectVisible(counted("Changed", 3));
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Put back 3 numbers" }).click();
  await expectVisible(page.getByRole("heading", { name: "Undo", level: 1 }));
  await expectVisible(counted("Changed", 3));
  expect(inTwilio()).toEqual(before);
  expect(owner.complaints).toEqual([]);
});

test("failures are shown with their reasons", async () => {
  const { page } = owner;
  dashboard.world.emulator.control.addFault({
    method: "POST",
    path: "/IncomingPhoneNumbers/PN",
    effect: { kind: "error", status: 400, code: 21_402, message: "VoiceUrl is not valid" },
  });
  await owner.goTo("/batches/new?action=assign&to=front_desk");
  await page.getByRole("button", { name: "Plan it" }).click();
  await page.getByRole("button", { name: "Change 3 numbers" }).click();
  await expectVisible(page.getByText("It stopped by itself"));
  await page.getByText("Failed 1").click();
  await expectAddress(page, /state=failed$/);
  await expectVisible(page.getByText("VoiceUrl is not valid"));
  await owner.goTo("/batches");
  await expectVisible(page.getByRole("row").nth(2));
  await expectAccessible(owner);
  expect(inTwilio().map(([voiceUrl]) => voiceUrl)).toEqual(sids.map(() => THEIRS));
});

test("the shadowed are selected, and taken over", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  await owner.goTo("/batches/new?action=assign&to=front_desk&verdict=shadowed");
  expect(await page.getByRole("combobox", { name: "Who answers" }).inputValue()).toBe("Shadowed");
  await page.getByRole("button", { name: "Plan it" }).click();
  await expectVisible(page.getByText("where the verdict is shadowed"));
  await owner.goTo(`/numbers?search=${ON_A_TRUNK.slice(-4)}`);
  await page.getByRole("checkbox", { name: "Select all that are loaded" }).check();
  await page.getByRole("button", { name: "Assign …", exact: true }).click();
  await page.getByRole("dialog").getByRole("combobox", { name: "Agent" }).click();
  await page.getByRole("option", { name: "Front desk" }).click();
  await page.getByRole("checkbox", { name: "Take over" }).check();
  await page.getByRole("button", { name: "Plan it" }).click();
  await expectVisible(page.getByText("trunkSid").first());
  await expectVisible(counted("To change", 1));
});

test("many numbers are taken back from their agents with what stood there before", async () => {
  const { page } = owner;
  await owner.goTo("/numbers");
  await page.getByRole("checkbox", { name: "Select all that are loaded" }).check();
  await page.getByRole("button", { name: "Unassign …", exact: true }).click();
  await page.getByRole("radio", { name: "What stood there before" }).check();
  await page.getByRole("button", { name: "Plan it" }).click();
  await expectAddress(page, /\/batches\/batch_/);
  const [batch] = (await owner.request("GET", "/api/batches")).batches;
  expect(batch).toMatchObject({ action: "unassign", restore: true });
});

test("another organization sees none of it", async () => {
  const [{ id }] = (await owner.request("GET", "/api/batches")).batches;
  const other = await dashboard.signUp("Stranger");
  await other.goTo(`/batches/${id}`);
  await expectVisible(other.page.getByRole("alert"));
  await other.goTo("/batches");
  await expectVisible(other.page.getByText("Change many numbers at once"));
  await expectGone(other.page.getByText("Front desk"));
});

/** What the page says of how many numbers. */
function counted(label: string, count: number) {
  const progress = owner.page.getByRole("region", { name: "Progress" });
  return progress.locator("div", { hasText: new RegExp(`^${label}${count}$`) }).first();
}

function inTwilio(): readonly (readonly string[])[] {
  const snapshot = dashboard.world.emulator.control.snapshot();
  return sids.map((sid) => FIELDS.map(fieldsInTwilio(snapshot, sid)));
}

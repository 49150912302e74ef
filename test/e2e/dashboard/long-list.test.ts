// A list of many pages: a change of one row reads what is in view, and what comes into view later.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DashboardWorld, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectVisible } from "./expect.ts";
import { addFrontDesk, importNumbers, openShop } from "./shop.ts";

const NUMBERS = 700;
const PAGE = 200;
/** For several pages, on a machine that may be busy. */
const LOADED_MS = 30_000;

let dashboard: DashboardWorld;
let owner: Visitor;

beforeAll(async () => {
  const numbers = Array.from({ length: NUMBERS }, (_, at) => ({ phoneNumber: `+1415556${1_000 + at}` }));
  ({ dashboard, owner } = await openShop(numbers));
  await importNumbers(owner);
  await addFrontDesk(owner);
});
afterAll(() => dashboard.close());

test("an assignment deep in the list reads only the page in view again", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  const cursors = cursorsAsked(page);
  await owner.goTo("/numbers");
  await expectVisible(page.getByText("700 numbers"));
  await scrollDown(page);
  expect(cursors).toHaveLength(Math.ceil(NUMBERS / PAGE));
  const [first, ...others] = cursors;
  const last = others.at(-1);
  cursors.length = 0;
  const row = page.getByRole("row").last();
  await row.getByRole("button", { name: "Assign" }).click();
  await page.getByRole("dialog").getByRole("combobox", { name: "Agent" }).click();
  await page.getByRole("option", { name: "Front desk" }).click();
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await expectVisible(page.getByText("Done, and verified in Twilio"));
  await page.getByRole("button", { name: "Close" }).last().click();
  await expectVisible(row.getByText("Front desk"));
  expect(cursors).toEqual([last]);
  await page.getByRole("region", { name: "Numbers" }).evaluate((table) => table.scrollTo(0, 0));
  await expect.poll(() => cursors.slice(1), { timeout: LOADED_MS }).toContain(first);
});

/** Where each page that is asked for begins; undefined for the first. */
function cursorsAsked(page: Visitor["page"]): (string | undefined)[] {
  const asked: (string | undefined)[] = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === "/api/phone-numbers" && searchParams.get("limit") === String(PAGE))
      asked.push(searchParams.get("cursor") ?? undefined);
  });
  return asked;
}

async function scrollDown(page: Visitor["page"]): Promise<void> {
  const table = page.getByRole("region", { name: "Numbers" });
  const end = page.locator(`[aria-rowindex="${NUMBERS}"]`);
  await expect
    .poll(
      async () => {
        await table.evaluate((scrolled) => scrolled.scrollTo(0, scrolled.scrollHeight));
        return end.count();
      },
      { timeout: LOADED_MS },
    )
    .toBe(1);
}

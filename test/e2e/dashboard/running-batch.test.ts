// While a batch runs, the dashboard says how fast it goes and how long it will take.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DashboardWorld, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectGone, expectVisible } from "./expect.ts";
import { addFrontDesk, importNumbers, openShop } from "./shop.ts";

const NUMBERS = Array.from({ length: 60 }, (_, index) => ({ phoneNumber: `+141555502${10 + index}` }));

let dashboard: DashboardWorld;
let owner: Visitor;
beforeAll(async () => {
  ({ dashboard, owner } = await openShop(NUMBERS));
  await importNumbers(owner);
  await addFrontDesk(owner);
});
afterAll(() => dashboard.close());

test("a batch that runs tells its rate and the time that is left", { timeout: STORY_MS }, async () => {
  const { page } = owner;
  const { control } = dashboard.world.emulator;
  await owner.goTo("/batches/new?action=assign&to=front_desk");
  await page.getByRole("button", { name: "Plan it" }).click();
  const apply = page.getByRole("button", { name: `Change ${NUMBERS.length} numbers` });
  await expectVisible(apply);
  // So slow that it is far from its end when it tells how fast it is.
  control.setLimits({ latencyMs: 1_000 });
  await apply.click();
  const progress = page.getByRole("region", { name: "Progress" });
  const speed = progress.getByText(/^[\d.]+ a second · about \d+ (sec|mins?) left$/);
  await expectVisible(speed);
  await expectVisible(progress.getByText(/^\d+ of 60$/));

  control.setLimits({ latencyMs: 0 });
  await expectGone(speed);
  await expectVisible(progress.getByText(/^Changed\s*60$/));
  expect(owner.complaints).toEqual([]);
});

// An application that Switchhook is a part of, and that knows by itself who is who: its people use the dashboard as they are.
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./accessible.ts";
import { type DashboardWorld, openDashboard, STORY_MS, type Visitor } from "./dashboard-world.ts";
import { expectAddress, expectGone, expectVisible } from "./expect.ts";

const COOKIE = "host-session";

let dashboard: DashboardWorld;
let visitor: Visitor;
beforeAll(async () => {
  dashboard = await openDashboard({
    authenticate: async ({ headers }) => {
      const orgId = new RegExp(`${COOKIE}=(\\w+)`).exec(headers.get("cookie") ?? "")?.[1];
      return orgId === undefined ? undefined : { orgId, userId: "theirs", role: "owner" };
    },
  });
  visitor = await dashboard.visitor();
});
afterAll(() => dashboard.close());

test("who is nobody to the host is sent there, and goes on once they are somebody", {
  timeout: STORY_MS,
}, async () => {
  const { page, context, goTo } = visitor;
  await goTo("/settings?tab=drift");
  await expectVisible(page.getByText("Sign in to the application that Switchhook is a part of"));
  await expectAccessible(visitor);
  await goTo("/sign-up");
  await expectAddress(page, /\/sign-in$/);
  await goTo("/settings?tab=drift");
  await expectVisible(page.getByRole("button", { name: "Go on" }));
  await context.addCookies([{ name: COOKIE, value: "shop", url: dashboard.world.url }]);
  await page.getByRole("button", { name: "Go on" }).click();
  await expectAddress(page, /\/settings\?tab=drift$/);
});

test("the dashboard has what is ours to set, and nothing of signing in", async () => {
  const { page, complaints } = visitor;
  await expectVisible(page.getByText("Where there is no rule"));
  await page.getByRole("button", { name: "Set the rule" }).click();
  await expectVisible(page.getByText("All fields of all numbers"));
  await expectGone(page.getByRole("tab", { name: "People" }));
  await expectGone(page.getByRole("tab", { name: "API keys" }));
  await page.getByRole("button", { name: "Your account" }).click();
  await expectVisible(page.getByRole("menuitem", { name: "Dark" }));
  await expectGone(page.getByRole("menuitem", { name: "Sign out" }));
  await visitor.goTo("/audit");
  await expectVisible(page.getByText("theirs").first());
  expect(complaints).toEqual([]);
});
